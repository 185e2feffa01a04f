package io.troupe.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code troupe rehearse}: runs several command lines in one JVM, until one fails. The launcher
 * records its AOT cache from them.
 */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Runs command lines, separated by the word " + RehearseCommand.THEN + ".")
final class RehearseCommand implements Callable<Integer> {
  static final String THEN = "--then";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "WORD", arity = "1..*", description = "The words of the command lines.")
  private List<String> words;

  private RehearseCommand() {}

  /** The command, which does not parse the options of the command lines. */
  static CommandLine commandLine() {
    return new CommandLine(new RehearseCommand()).setStopAtPositional(true);
  }

  @Override
  public Integer call() {
    List<String> line = new ArrayList<>();
    for (String word : words) {
      if (word.equals(THEN)) {
        int status = run(line);
        if (status != ExitCode.OK) {
          return status;
        }
        line.clear();
      } else {
        line.add(word);
      }
    }
    return run(line);
  }

  private int run(List<String> line) {
    CommandLine own = spec.commandLine();
    return Troupe.commandLine()
        .setOut(own.getOut())
        .setErr(own.getErr())
        .execute(line.toArray(String[]::new));
  }
}
