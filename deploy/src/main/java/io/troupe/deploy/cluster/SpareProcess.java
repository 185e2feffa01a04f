package io.troupe.deploy.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that has loaded and compiled the code of a node in advance, and waits for the arguments
 * of a process that has failed. It ends at the end of its standard input. The caller must close it,
 * unless it was assigned.
 */
public final class SpareProcess implements AutoCloseable {
  /** The command that runs in the process. */
  public static final String COMMAND = "spare";

  /** The line that the process prints when it can be assigned. */
  public static final String READY = "ready";

  private static final long END_SECONDS = 5;

  private final Process process;
  private volatile boolean isReady;

  private SpareProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a process, which is ready some seconds later.
   *
   * @param keyFile of the cluster
   * @param directory for its files; what goes wrong before it is assigned is appended to {@code
   *     spare.txt}
   */
  public static SpareProcess start(Path keyFile, Path directory) throws IOException {
    List<String> arguments =
        List.of(
            COMMAND,
            "--key-file",
            keyFile.toString(),
            "--directory",
            directory.resolve("spare").toString());
    Process process =
        new ProcessBuilder(Launch.command(arguments))
            .redirectError(
                ProcessBuilder.Redirect.appendTo(directory.resolve("spare.txt").toFile()))
            .start();
    return of(process);
  }

  /** A process that prints {@link #READY} when it can be assigned. */
  static SpareProcess of(Process process) {
    SpareProcess spare = new SpareProcess(process);
    Thread.ofPlatform().daemon().name("troupe-spare").start(spare::awaitReady);
    return spare;
  }

  private void awaitReady() {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    try {
      isReady = READY.equals(reader.readLine());
    } catch (IOException _) {
      // it has ended, and is never ready
    }
  }

  /** Whether it waits for its arguments. */
  public boolean isReady() {
    return isReady && process.isAlive();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /**
   * Makes it a process of the cluster, once it is ready.
   *
   * @throws IOException if it has ended
   */
  public Process assign(ChildProcess spec) throws IOException {
    try (OutputStream input = input()) {
      new Assignment(spec.output(), spec.arguments()).write(input);
    }
    return process;
  }

  /** The standard input of the process. */
  OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public void close() {
    try {
      Launch.end(process, END_SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
