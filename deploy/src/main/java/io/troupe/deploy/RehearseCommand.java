package io.troupe.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
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
    description = {
      "Runs command lines, separated by the word " + RehearseCommand.THEN + ".",
      "A line that ends with "
          + RehearseCommand.WHILE
          + " serves at port "
          + RehearseCommand.PORT
          + " until the next line has ended."
    })
final class RehearseCommand implements Callable<Integer> {
  static final String THEN = "--then";
  static final String WHILE = "--while";

  /** Replaced by a free port. */
  static final String PORT = "@port@";

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final int CONNECT_TIMEOUT_MS = 200;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "WORD", arity = "1..*", description = "The words of the command lines.")
  private List<String> words;

  private RehearseCommand() {}

  /** The command, which does not parse the options of the command lines. */
  static CommandLine commandLine() {
    return new CommandLine(new RehearseCommand()).setStopAtPositional(true);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int port = words.contains(WHILE) ? freePort() : 0;
    List<String> line = new ArrayList<>();
    Thread server = null;
    int status = ExitCode.OK;
    for (String word : words) {
      switch (word) {
        case THEN -> {
          status = runAndStop(line, server);
          server = null;
          line.clear();
        }
        case WHILE -> {
          server = serve(List.copyOf(line), port);
          line.clear();
        }
        default -> line.add(word.replace(PORT, Integer.toString(port)));
      }
      if (status != ExitCode.OK) {
        return status;
      }
    }
    return runAndStop(line, server);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts a line on a thread of its own, and waits until its port accepts connections. */
  private Thread serve(List<String> line, int port) throws InterruptedException {
    Thread server = Thread.ofPlatform().name("rehearsed server").start(() -> run(line));
    long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
    while (server.isAlive() && !accepts(port)) {
      if (System.nanoTime() > deadlineNs) {
        server.interrupt();
        throw new IllegalStateException(
            "a rehearsed server must listen within " + START_TIMEOUT + ", but it does not");
      }
      Thread.sleep(CONNECT_TIMEOUT_MS);
    }
    return server;
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Runs a line, and stops the server of the line before it. */
  private int runAndStop(List<String> line, Thread server) throws InterruptedException {
    try {
      return run(line);
    } finally {
      if (server != null) {
        server.interrupt();
        server.join(STOP_TIMEOUT);
      }
    }
  }

  private int run(List<String> line) {
    CommandLine own = spec.commandLine();
    return Troupe.commandLine()
        .setOut(own.getOut())
        .setErr(own.getErr())
        .execute(line.toArray(String[]::new));
  }
}
