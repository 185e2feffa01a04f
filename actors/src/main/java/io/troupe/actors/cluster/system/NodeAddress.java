package io.troupe.actors.cluster.system;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Where a node listens: TCP for messages and UDP for bulk data, on the same port number.
 *
 * @param host name or address that other nodes use; IPv6 addresses have no brackets
 * @param port from 1 to 65535; 0 for a free one, see {@link #bound}
 */
public record NodeAddress(String host, int port) {
  private static final int ATTEMPTS = 20;

  /** Checks the range. */
  public NodeAddress {
    if (host.isEmpty() || port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "an address must be HOST:PORT with a port from 0 to 65535, got " + host + ":" + port);
    }
  }

  /**
   * Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code :PORT}.
   *
   * @param setting name of the option, for messages
   * @param defaultHost for a text without a host
   */
  public static NodeAddress parse(String setting, String text, String defaultHost) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    String port = text.substring(colon + 1);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
      throw new IllegalArgumentException(
          setting + " must be HOST:PORT, such as 10.0.0.1:7700, got " + text);
    }
    return new NodeAddress(host.isEmpty() ? defaultHost : host, Integer.parseInt(port));
  }

  /**
   * The address of this host from which another node is reached.
   *
   * @throws IOException if there is no way to it
   */
  public static String hostTowards(NodeAddress other) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(other.host()), other.port()));
      return socket.getLocalAddress().getHostAddress();
    }
  }

  /**
   * This address with a port that is free for TCP and UDP, if it has none.
   *
   * @throws IOException if the host is not an address of this machine
   */
  public NodeAddress bound() throws IOException {
    if (port != 0) {
      return this;
    }
    InetAddress local = InetAddress.getByName(host);
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (ServerSocket tcp = new ServerSocket(0, 1, local)) {
        try (DatagramSocket _ = new DatagramSocket(tcp.getLocalPort(), local)) {
          return new NodeAddress(host, tcp.getLocalPort());
        } catch (IOException e) {
          last = e; // the same number is taken for UDP
        }
      }
    }
    throw last;
  }

  /** The name of the node: {@code host:port}. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
