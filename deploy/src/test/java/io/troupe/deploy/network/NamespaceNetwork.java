package io.troupe.deploy.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Network namespaces of this machine, one for each node of a cluster, and the switch that connects
 * them. They have the name of this process; those that an earlier process has left are removed. The
 * caller must close it, which kills all processes in the namespaces; repeated calls have no effect.
 */
final class NamespaceNetwork implements AutoCloseable {
  private static final String PREFIX = "troupe-";
  private static final int SUBNET = 10 << 24 | 77 << 16; // 10.77.0.0
  private static final String MTU = "1500";
  private static final String QUEUE_PACKETS = "10000";

  private final Map<String, String> namespaces = new LinkedHashMap<>(); // by the name of the node
  private final List<PacketSwitch.Port> ports = new ArrayList<>();
  private PacketSwitch packetSwitch; // null until all nodes have an interface
  private boolean isClosed;

  private NamespaceNetwork() {}

  /**
   * Creates a network.
   *
   * @param nodes names of the nodes
   * @param seed of lost packets
   * @throws IOException if this process may not, or a tool is missing; the message says which
   */
  static NamespaceNetwork create(List<String> nodes, long seed) throws IOException {
    removeAbandoned();
    NamespaceNetwork network = new NamespaceNetwork();
    try {
      for (String node : nodes) {
        network.add(node);
      }
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
    network.packetSwitch = new PacketSwitch(network.ports, seed);
    return network;
  }

  private void add(String node) throws IOException {
    int number = ports.size() + 1;
    long pid = ProcessHandle.current().pid();
    String namespace = PREFIX + pid + "-" + number;
    String device = "tt" + pid + "-" + number;
    ip("netns", "add", namespace);
    namespaces.put(node, namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
    ports.add(new PacketSwitch.Port(node, SUBNET + number, TunDevice.create(device)));
    ip("link", "set", device, "netns", namespace);
    ip("-n", namespace, "addr", "add", address(node) + "/24", "dev", device);
    ip("-n", namespace, "link", "set", device, "mtu", MTU, "txqueuelen", QUEUE_PACKETS, "up");
  }

  /** The address of a node. */
  String address(String node) {
    return ports.stream()
        .filter(port -> port.name().equals(node))
        .map(port -> "10.77.0." + (port.address() & 0xff))
        .findFirst()
        .orElseThrow();
  }

  /** The start of a command line that runs in the namespace of a node. */
  List<String> in(String node) {
    return List.of("ip", "netns", "exec", namespaces.get(node));
  }

  /** Forwards the packets. */
  PacketSwitch packetSwitch() {
    return packetSwitch;
  }

  private static void removeAbandoned() throws IOException {
    for (String line : ip("netns", "list").lines().toList()) {
      String namespace = line.split(" ", 2)[0];
      if (namespace.matches(PREFIX + "\\d+-\\d+")
          && ProcessHandle.of(Long.parseLong(namespace.split("-")[1])).isEmpty()) {
        remove(namespace);
      }
    }
  }

  private static void remove(String namespace) throws IOException {
    ip("netns", "pids", namespace)
        .lines()
        .map(Long::parseLong)
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    ip("netns", "delete", namespace);
  }

  /** Runs {@code ip}, and returns its output. */
  private static String ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + output.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(String.join(" ", command) + " was interrupted", e);
    }
    return output;
  }

  @Override
  public synchronized void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (packetSwitch != null) {
      packetSwitch.close();
    }
    for (String namespace : namespaces.values()) {
      remove(namespace);
    }
    ports.forEach(port -> port.device().close());
  }
}
