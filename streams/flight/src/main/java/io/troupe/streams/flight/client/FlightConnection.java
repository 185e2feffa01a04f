package io.troupe.streams.flight.client;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.grpc.NettyClientBuilder;
import org.apache.arrow.memory.BufferAllocator;

/** Opens connections of clients. */
final class FlightConnection {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private FlightConnection() {}

  /**
   * Opens a connection whose messages arrive on the thread that reads them: gRPC's own pool would
   * wake up another one for each.
   *
   * @param loop reads and writes; the caller closes it after the connection
   */
  static FlightClient open(URI location, BufferAllocator allocator, EventLoopGroup loop) {
    NettyClientBuilder builder =
        new NettyClientBuilder(allocator, new Location(location))
            .maxInboundMessageSize(MAX_MESSAGE_BYTES);
    return FlightGrpcUtils.createFlightClient(
        allocator,
        builder
            .build()
            .directExecutor()
            .eventLoopGroup(loop)
            .channelType(NioSocketChannel.class)
            .build());
  }
}
