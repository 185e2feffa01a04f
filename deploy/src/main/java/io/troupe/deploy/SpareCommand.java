package io.troupe.deploy;

import io.troupe.deploy.cluster.Assignment;
import io.troupe.deploy.cluster.ScratchDirectory;
import io.troupe.deploy.cluster.SpareProcess;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code troupe spare}: a process that {@code troupe cluster} keeps ready. It makes a small run of
 * its own first, so that the code of a node is loaded and compiled, and then becomes the process
 * whose arguments arrive on standard input.
 */
@Command(
    name = SpareProcess.COMMAND,
    hidden = true,
    description = "Becomes a node of a cluster when its arguments arrive on standard input.")
final class SpareCommand implements Callable<Integer> {
  /** Options of a run of two small steps. */
  private static final List<String> SMALL_RUN =
      List.of(
          "--steps=2",
          "--groups-per-step=2",
          "--num-generations=2",
          "--gradient-shards=2",
          "--max-held-out=1",
          "--warm-start-steps=1",
          "--threads=1");

  @Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--key-file", required = true, description = "Key of the cluster.")
  private Path keyFile;

  @Option(
      names = "--directory",
      required = true,
      description = "Directory for the files of the small run, which is deleted.")
  private Path directory;

  private SpareCommand() {}

  /** The command. */
  static SpareCommand create() {
    return new SpareCommand();
  }

  @Override
  public Integer call() throws IOException {
    int status = rehearse();
    if (status != ExitCode.OK) {
      return status;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(SpareProcess.READY);
    out.flush();
    Optional<Assignment> assignment = Assignment.read(System.in);
    return assignment.isPresent() ? become(assignment.get()) : ExitCode.OK;
  }

  private int rehearse() throws IOException {
    try (ScratchDirectory scratch = ScratchDirectory.create(directory)) {
      String port = "127.0.0.1:" + RehearseCommand.PORT;
      List<String> files = List.of("--key-file", keyFile.toString(), "--output-dir");
      List<String> words =
          Stream.of(
                  List.of("rehearse", "run", "--listen", port, "--roles", "coordinator"),
                  files,
                  List.of(scratch.path().resolve("run").toString()),
                  SMALL_RUN,
                  List.of(RehearseCommand.WHILE, "join", port, "--roles", "learner,rollout,reward"),
                  files,
                  List.of(scratch.path().resolve("node").toString()))
              .flatMap(List::stream)
              .toList();
      return execute(words, new PrintWriter(Writer.nullWriter()));
    }
  }

  /** The output goes to a file: that of the process which this one replaces. */
  private static int become(Assignment assignment) throws IOException {
    PrintStream output =
        new PrintStream(
            new FileOutputStream(assignment.output().toFile(), true), true, StandardCharsets.UTF_8);
    System.setOut(output);
    System.setErr(output);
    PrintWriter out = new PrintWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
    int status = execute(assignment.arguments(), out);
    out.flush();
    return status;
  }

  private static int execute(List<String> words, PrintWriter out) {
    String[] arguments = words.toArray(String[]::new);
    return Troupe.commandLineFor(arguments)
        .setOut(out)
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }
}
