package io.troupe.streams.flight.client;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.troupe.streams.flight.rows.TokenSchema;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Streams completions from a Flight endpoint over a few connections. Thread-safe; calls block, also
 * on a virtual thread. Close it after the last call has returned.
 */
public final class FlightCompletions implements AutoCloseable {
  private static final long MAX_ARROW_BYTES = 1L << 30;
  private static final long CLOSE_TIMEOUT_MS = 5_000;
  private static final int STREAMS_PER_CONNECTION = 64;
  private static final int MAX_CONNECTIONS = 16;

  private final BufferAllocator allocator = new RootAllocator(MAX_ARROW_BYTES);
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("flight-client", true), NioIoHandler.newFactory());
  private final List<FlightClient> connections = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final CallOption[] options;

  /**
   * Opens the connections.
   *
   * @param location such as {@code grpc://127.0.0.1:8815}, or {@code grpc+tls://} for TLS with the
   *     certificates that the JVM trusts
   * @param apiKey bearer token
   * @param timeout maximum time of each call
   * @param numStreams number of concurrent streams
   */
  public FlightCompletions(
      URI location, Optional<String> apiKey, Duration timeout, int numStreams) {
    this.options = options(apiKey, timeout);
    int count = Math.clamp(numStreams / STREAMS_PER_CONNECTION, 1, MAX_CONNECTIONS);
    for (int i = 0; i < count; i++) {
      connections.add(FlightConnection.open(location, allocator, loop));
    }
  }

  private static CallOption[] options(Optional<String> apiKey, Duration timeout) {
    List<CallOption> options = new ArrayList<>();
    options.add(CallOptions.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
    apiKey.ifPresent(
        key -> {
          FlightCallHeaders headers = new FlightCallHeaders();
          headers.insert("authorization", "Bearer " + key);
          options.add(new HeaderCallOption(headers));
        });
    return options.toArray(CallOption[]::new);
  }

  /** How a call ended. */
  public sealed interface End {
    /** All rows have arrived. */
    record Completed() implements End {}

    /** The endpoint did not accept the request because it has too many. */
    record Rejected() implements End {}

    /**
     * The call failed.
     *
     * @param reason status and message
     */
    record Failed(String reason) implements End {}
  }

  /**
   * The result of the action {@code models}.
   *
   * @return JSON
   * @throws FlightCallException if the call fails
   */
  public String models() throws FlightCallException {
    try {
      var results = connections.getFirst().doAction(new Action("models"), options);
      return new String(results.next().getBody(), StandardCharsets.UTF_8);
    } catch (FlightRuntimeException e) {
      throw new FlightCallException(reason(e), e);
    }
  }

  /**
   * Sends a command, and blocks until its stream has ended.
   *
   * @param command JSON, which is the ticket of DoGet: one call less than with GetFlightInfo
   * @param onTokens gets the number of tokens in each record batch that has any, as it arrives
   */
  public End stream(String command, IntConsumer onTokens) {
    FlightClient connection =
        connections.get(Math.floorMod(next.getAndIncrement(), connections.size()));
    Ticket ticket = new Ticket(command.getBytes(StandardCharsets.UTF_8));
    try {
      try (FlightStream stream = connection.getStream(ticket, options)) {
        read(stream, onTokens);
      }
      return new End.Completed();
    } catch (FlightRuntimeException e) {
      return end(e);
    } catch (Exception e) { // declared by FlightStream.close
      return new End.Failed(e.toString());
    }
  }

  /**
   * Opens an exchange, which the caller closes before this client.
   *
   * @param command JSON with the settings of all prompts
   */
  public FlightExchange exchange(String command) {
    return new FlightExchange(connections.getFirst(), allocator, command, options);
  }

  static End end(FlightRuntimeException e) {
    return e.status().code() == FlightStatusCode.RESOURCE_EXHAUSTED
        ? new End.Rejected()
        : new End.Failed(reason(e));
  }

  private static void read(FlightStream stream, IntConsumer onTokens) {
    while (stream.next()) {
      VectorSchemaRoot rows = stream.getRoot();
      FieldVector ids = rows.getVector(TokenSchema.TOKEN_ID);
      int numTokens = rows.getRowCount() - ids.getNullCount(); // the last row has no token
      if (numTokens > 0) {
        onTokens.accept(numTokens);
      }
    }
  }

  private static String reason(FlightRuntimeException e) {
    return e.status().code() + ": " + e.status().description();
  }

  @Override
  public void close() {
    try {
      for (FlightClient connection : connections) {
        connection.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT_MS);
    allocator.close();
  }
}
