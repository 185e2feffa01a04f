package io.troupe.streams.link.channel;

import io.aeron.driver.Configuration;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;

/**
 * The size of datagrams to a host: the largest that Aeron allows within a machine, and otherwise
 * what fits the network interface, so that IP does not fragment them.
 */
final class PathMtu {
  private static final int LARGEST = Configuration.MAX_UDP_PAYLOAD_LENGTH; // 65504
  private static final int IP_AND_UDP_HEADERS = 48; // IPv6
  private static final int ALIGNMENT = 32;
  private static final int SMALLEST = 1120; // header, tag and preamble fit
  private static final int ANY_PORT = 9;

  private PathMtu() {}

  /** The largest datagram to an address. */
  static int to(InetAddress address) throws IOException {
    if (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null) {
      return LARGEST;
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(address, ANY_PORT); // selects a route, and sends nothing
      NetworkInterface route = NetworkInterface.getByInetAddress(socket.getLocalAddress());
      return route == null ? Configuration.MTU_LENGTH_DEFAULT : ofInterface(route.getMTU());
    }
  }

  /** The largest datagram of an interface. */
  static int ofInterface(int mtu) {
    int room = (mtu - IP_AND_UDP_HEADERS) / ALIGNMENT * ALIGNMENT;
    return Math.clamp(room, SMALLEST, LARGEST);
  }
}
