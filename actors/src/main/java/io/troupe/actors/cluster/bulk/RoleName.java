package io.troupe.actors.cluster.bulk;

import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;

/**
 * The name of a role in a process: {@code host:port/role}. So a process that has several roles is
 * several nodes of the protocol, which share address and incarnation.
 *
 * @param address of the process
 * @param role the role
 */
public record RoleName(NodeAddress address, Role role) {

  /** The node of a role in one start of a process. */
  public NodeId node(long incarnation) {
    return new NodeId(toString(), incarnation);
  }

  /**
   * Reads the name of a node.
   *
   * @throws IllegalArgumentException if it is not the name of a role
   */
  public static RoleName of(NodeId node) {
    String name = node.name();
    int slash = name.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("a node must be named host:port/role, got " + name);
    }
    return new RoleName(
        NodeAddress.parse("node", name.substring(0, slash), ""),
        Role.of(name.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return address + "/" + role.label();
  }
}
