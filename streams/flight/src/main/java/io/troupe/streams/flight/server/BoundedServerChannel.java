package io.troupe.streams.flight.server;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server socket with a maximum number of open connections. A connection above it is closed as
 * soon as it is accepted, before TLS or HTTP/2 use memory for it.
 */
final class BoundedServerChannel extends NioServerSocketChannel {
  private final int maxConnections;
  private final AtomicInteger numConnections = new AtomicInteger();

  BoundedServerChannel(int maxConnections) {
    this.maxConnections = maxConnections;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int numAccepted = super.doReadMessages(accepted);
    if (numAccepted <= 0) {
      return numAccepted;
    }
    Channel connection = (Channel) accepted.getLast();
    if (numConnections.incrementAndGet() > maxConnections) {
      numConnections.decrementAndGet();
      accepted.removeLast();
      connection.unsafe().closeForcibly();
      return 0;
    }
    connection.closeFuture().addListener(_ -> numConnections.decrementAndGet());
    return numAccepted;
  }
}
