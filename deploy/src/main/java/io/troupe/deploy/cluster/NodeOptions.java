package io.troupe.deploy.cluster;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of a process that takes part in a clustered run. */
public final class NodeOptions {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description =
          "Address that other nodes use, TCP and UDP (default: the first node 127.0.0.1:7700; a"
              + " node that joins, a free port of the address from which it reaches the other).")
  private String listen = "";

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "Key that all nodes of the run share. The first node creates it; copy it to the other"
              + " hosts (default: ~/.troupe/cluster.key).")
  private Path keyFile = ClusterKey.defaultFile();

  /** Options with their defaults. */
  public NodeOptions() {}

  /**
   * The address to listen on.
   *
   * @param defaultHost for an address without a host
   * @param defaultPort without the option; 0 for a free one
   */
  public NodeAddress listen(String defaultHost, int defaultPort) {
    return listen.isEmpty()
        ? new NodeAddress(defaultHost, defaultPort)
        : NodeAddress.parse("--listen", listen, defaultHost);
  }

  /** The key file. */
  public Path keyFile() {
    return keyFile;
  }

  /**
   * Reads a list of roles.
   *
   * @param setting name of the option, for messages
   * @throws IllegalArgumentException if one does not exist
   */
  public static Set<Role> roles(String setting, String labels) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    try {
      Arrays.stream(labels.split(",")).map(String::strip).map(Role::of).forEach(roles::add);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
    }
    return roles;
  }
}
