package io.troupe.streams.link.channel;

import io.aeron.ChannelUriStringBuilder;
import io.aeron.driver.MediaDriver;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sizes of the buffers of a link. Each direction between two nodes takes three terms at the sender
 * and three at the receiver.
 *
 * @param windowBytes bytes in flight to one receiver
 * @param termBytes size of a term, at least twice the window
 * @param socketBytes buffers of a socket
 */
public record ChannelSettings(int windowBytes, int termBytes, int socketBytes) {
  /** The Aeron stream of the bulk transport. */
  public static final int STREAM_ID = 7001;

  /** Maximum number of connections to one node. */
  public static final int MAX_SESSIONS = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ChannelSettings.class);
  private static final int WINDOW_BYTES = 2 << 20;
  private static final int SOCKET_BYTES = 2 << 20;

  /** A silent sender has gone after this time; the same as for a silent receiver. */
  private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(5);

  /**
   * The settings for this system: a window of 2 MiB if its socket buffers may be as large.
   *
   * @throws IOException if no UDP socket can be opened
   */
  public static ChannelSettings ofSystem() throws IOException {
    int socketBytes = SocketBuffers.largest(SOCKET_BYTES);
    int windowBytes = Math.min(WINDOW_BYTES, Integer.highestOneBit(socketBytes));
    if (windowBytes < WINDOW_BYTES) {
      LOG.info(
          "the bulk transport uses a window of {} KiB: raise net.core.rmem_max and"
              + " net.core.wmem_max to {} for the full rate",
          windowBytes >> 10,
          SOCKET_BYTES);
    }
    return new ChannelSettings(windowBytes, 2 * windowBytes, socketBytes);
  }

  /** Sets the defaults of an embedded driver. */
  public void configure(MediaDriver.Context context) {
    context
        .initialWindowLength(windowBytes)
        .publicationTermBufferLength(termBytes)
        .socketRcvbufLength(socketBytes)
        .socketSndbufLength(socketBytes)
        .imageLivenessTimeoutNs(SILENCE_NS)
        .streamSessionLimit(MAX_SESSIONS);
  }

  /**
   * The channel to a receiver.
   *
   * @throws IOException if the network interface cannot be read
   */
  public String publicationTo(InetAddress address, int port) throws IOException {
    return channel(authority(address.getHostAddress(), port))
        .mtu(PathMtu.to(address))
        .termLength(termBytes)
        .sparse(true)
        .build();
  }

  /** The channel to listen on; port 0 selects a free one. */
  public String subscriptionAt(String host, int port) {
    return channel(authority(host, port)).build();
  }

  private ChannelUriStringBuilder channel(String endpoint) {
    return new ChannelUriStringBuilder()
        .media("udp")
        .endpoint(endpoint)
        .receiverWindowLength(windowBytes)
        .socketSndbufLength(socketBytes)
        .socketRcvbufLength(socketBytes);
  }

  /** An address as {@code host:port}, with brackets around an IPv6 address. */
  private static String authority(String host, int port) {
    return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
  }
}
