package io.troupe.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** A command on a thread of its own, which prints events as JSON. The caller must end it. */
final class RunningCommand {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final BufferedReader events;
  private final Thread thread;

  RunningCommand(Object... arguments) throws IOException {
    PipedWriter written = new PipedWriter();
    events = new BufferedReader(new PipedReader(written, 1 << 16));
    CommandLine command = Troupe.commandLine().setOut(new PrintWriter(written));
    String[] texts = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    thread = Thread.ofPlatform().start(() -> status.complete(command.execute(texts)));
  }

  /** The next event. */
  JsonNode event() throws IOException {
    return JSON.readTree(events.readLine());
  }

  /** Asks the command to end, as Ctrl-C does. */
  void interrupt() {
    thread.interrupt();
  }

  /** The exit status, once the command has ended. */
  CompletableFuture<Integer> status() {
    return status;
  }

  /** Ends the command, and waits for it. */
  void end() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
