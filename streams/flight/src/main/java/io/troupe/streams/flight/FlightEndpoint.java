package io.troupe.streams.flight;

import io.troupe.protocols.config.ServingConfig;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.streams.flight.server.GrpcServer;
import io.troupe.streams.flight.server.ServerLimits;
import io.troupe.streams.flight.stream.WriterLoop;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The Arrow Flight server of an {@link Endpoint}, which it does not own. The caller closes it
 * before the endpoint; closing twice is harmless.
 */
public final class FlightEndpoint implements AutoCloseable {
  private static final Duration TICKET_LIFETIME = Duration.ofMinutes(10);
  private static final long HEALTH_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Memory for Arrow buffers: of streams, and of what clients send. */
  private static final long MAX_OUTBOUND_BYTES = 256L << 20;

  private static final long MAX_INBOUND_BYTES = 256L << 20;

  private final BufferAllocator allocator;
  private final BufferAllocator inbound;
  private final BufferAllocator outbound;
  private final WriterLoop loop = new WriterLoop();
  private final TokenProducer producer;
  private final GrpcServer server;
  private boolean isClosed;

  private FlightEndpoint(Endpoint endpoint, ApiKeys keys, ServingConfig config, InstantSource clock)
      throws IOException {
    allocator = new RootAllocator(MAX_INBOUND_BYTES + MAX_OUTBOUND_BYTES);
    inbound = allocator.newChildAllocator("flight-inbound", 0, MAX_INBOUND_BYTES);
    outbound = allocator.newChildAllocator("flight-outbound", 0, MAX_OUTBOUND_BYTES);
    producer = new TokenProducer(endpoint, loop, outbound, clock, TICKET_LIFETIME);
    try {
      server =
          GrpcServer.start(
              config.network(),
              ServerLimits.of(config.network()),
              producer,
              inbound,
              loop.connections(),
              keys,
              clock,
              () -> endpoint.health().isReady());
    } catch (IOException | RuntimeException e) {
      release();
      throw e;
    }
    loop.execute(this::reportHealth);
  }

  /**
   * Starts a server.
   *
   * @param endpoint decodes; stays open until the server is closed
   * @param keys the accepted API keys
   * @param config address, TLS and limits
   * @throws IllegalArgumentException if a setting cannot be used, such as a missing certificate
   * @throws IOException if the address cannot be used
   */
  public static FlightEndpoint start(Endpoint endpoint, ApiKeys keys, ServingConfig config)
      throws IOException {
    return start(endpoint, keys, config, InstantSource.system());
  }

  /** Starts a server for which tickets and certificates of clients expire by a clock. */
  static FlightEndpoint start(
      Endpoint endpoint, ApiKeys keys, ServingConfig config, InstantSource clock)
      throws IOException {
    return new FlightEndpoint(endpoint, keys, config, clock);
  }

  private void reportHealth() {
    server.updateHealth();
    loop.schedule(this::reportHealth, HEALTH_PERIOD_NS);
  }

  /** The port that the server listens on. */
  public int port() {
    return server.port();
  }

  /** Number of requests that are being answered. */
  int numRunning() {
    return producer.numRunning();
  }

  /** Bytes of Arrow buffers in use. */
  long allocatedBytes() {
    return allocator.getAllocatedMemory();
  }

  /**
   * Accepts no more calls, lets the running ones end, and cancels those that have not ended in
   * time.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void stop(Duration timeout) throws InterruptedException {
    server.stop(timeout);
    close();
  }

  /**
   * Cancels the running calls and releases everything.
   *
   * @throws IllegalStateException if an Arrow buffer has not been released
   */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      producer.close();
      server.close();
      release();
    }
  }

  private void release() {
    loop.close();
    inbound.close();
    outbound.close();
    allocator.close();
  }
}
