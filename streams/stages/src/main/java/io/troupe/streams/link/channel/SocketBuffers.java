package io.troupe.streams.link.channel;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/**
 * The largest socket buffers that the system grants, up to a wanted size. A window must fit the
 * receive buffer, or datagrams are lost.
 */
final class SocketBuffers {
  private static final int SMALLEST = 128 << 10; // two of the largest datagrams

  private SocketBuffers() {}

  /** The size of both buffers in bytes. */
  static int largest(int wanted) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, wanted);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, wanted);
      int granted =
          Math.min(
              channel.getOption(StandardSocketOptions.SO_RCVBUF),
              channel.getOption(StandardSocketOptions.SO_SNDBUF));
      return Math.clamp(granted, SMALLEST, wanted);
    }
  }
}
