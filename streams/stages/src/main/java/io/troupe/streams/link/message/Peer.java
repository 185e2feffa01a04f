package io.troupe.streams.link.message;

/**
 * A node that receives messages.
 *
 * @param name name, unique in the run
 * @param incarnation grows with each start of the node
 * @param host host name or address that the node listens on
 * @param port UDP port that the node listens on
 */
public record Peer(String name, long incarnation, String host, int port) {
  /** Maximum number of UTF-8 bytes in a name. */
  public static final int MAX_NAME_BYTES = 255;

  /** Checks the ranges. */
  public Peer {
    Names.check(name);
    if (host.isBlank()) {
      throw new IllegalArgumentException("host of " + name + " must not be empty, got " + host);
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "port of " + name + " must be from 1 to 65535, got " + port);
    }
  }

  /** The address as {@code host:port}, with brackets around an IPv6 address. */
  public String address() {
    return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return name + " (" + address() + ")";
  }
}
