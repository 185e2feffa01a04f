package io.troupe.streams.flight.server;

import io.troupe.protocols.config.NetworkConfig;
import java.time.Duration;

/**
 * The limits of the gRPC server.
 *
 * @param maxMessageBytes maximum size of a message from a client
 * @param maxHeaderBytes maximum size of the headers of a call
 * @param maxConnections maximum number of open connections
 * @param maxCallsPerConnection maximum number of calls on a connection at the same time
 * @param backpressureBytes number of bytes that a call buffers for its client
 * @param idleTimeout time after which a connection without calls is closed
 * @param keepAliveTime time without traffic after which a client is asked whether it is there
 * @param keepAliveTimeout time that it has for the answer
 */
public record ServerLimits(
    int maxMessageBytes,
    int maxHeaderBytes,
    int maxConnections,
    int maxCallsPerConnection,
    int backpressureBytes,
    Duration idleTimeout,
    Duration keepAliveTime,
    Duration keepAliveTimeout) {
  private static final int OVERHEAD_BYTES = 16 << 10; // of a ticket or a record batch
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int MAX_CALLS_PER_CONNECTION = 256;
  private static final int BACKPRESSURE_BYTES = 64 << 10;

  /** The limits that follow from the settings. */
  public static ServerLimits of(NetworkConfig network) {
    return new ServerLimits(
        Math.addExact(network.maxBodyBytes(), OVERHEAD_BYTES),
        MAX_HEADER_BYTES,
        network.maxConnections(),
        MAX_CALLS_PER_CONNECTION,
        BACKPRESSURE_BYTES,
        network.idleTimeout(),
        Duration.ofSeconds(20),
        Duration.ofSeconds(10));
  }
}
