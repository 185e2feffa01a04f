package io.troupe.deploy;

import io.troupe.deploy.settings.Spelling;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever goes wrong into one line on standard error and an exit status. The stack trace is
 * for the log, and for standard error with {@code --verbose}.
 *
 * @param verbose whether stack traces are wanted; asked after the command line has been read
 */
record Failures(BooleanSupplier verbose)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /** What was typed is wrong. */
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message =
        e instanceof UnmatchedArgumentException unmatched ? unmatched(unmatched) : e.getMessage();
    print(command, message, e);
    return ExitCode.USAGE;
  }

  /** Something went wrong while a command worked. */
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult typed) {
    LOG.info("{} failed", command.getCommandName(), e);
    print(command, message(e), e);
    return ExitCode.SOFTWARE;
  }

  private void print(CommandLine command, String message, Exception e) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + oneLine(message));
    if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    err.flush();
  }

  /** The message of an error that was foreseen; for others the kind of error as well. */
  private static String message(Exception e) {
    String kind = e.getClass().getName();
    boolean foreseen =
        kind.startsWith("io.troupe.")
            || e instanceof IllegalArgumentException
            || e instanceof UncheckedIOException;
    if (foreseen && e.getMessage() != null) {
      return e.getMessage();
    }
    return "failed with "
        + e.getClass().getSimpleName()
        + (e.getMessage() == null ? "" : ": " + e.getMessage())
        + " (--verbose shows where)";
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String typed = e.getUnmatched().getFirst();
    CommandLine command = e.getCommandLine();
    if (!e.isUnknownOption()) {
      return command.getSubcommands().isEmpty()
          ? "'" + typed + "' is not expected: every setting is an option, such as --steps"
          : "there is no command " + typed + Spelling.suggestion(typed, commands(command));
    }
    String name = typed.contains("=") ? typed.substring(0, typed.indexOf('=')) : typed;
    String suggestion = Spelling.suggestion(name, options(command));
    return "unknown option "
        + name
        + (suggestion.isEmpty() ? ": --help lists those there are" : suggestion);
  }

  private static List<String> commands(CommandLine command) {
    return List.copyOf(command.getSubcommands().keySet());
  }

  private static List<String> options(CommandLine command) {
    List<String> names = new ArrayList<>();
    command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
