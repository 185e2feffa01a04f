package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.bulk.BulkPort;
import io.troupe.actors.cluster.bulk.RoleName;
import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlCodec;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.Remote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Messages of the roles of this process: to another role of it by reference, to other processes
 * through Artery and Aeron. Thread-safe.
 */
final class Outbox {
  /** Size up to which messages to one node travel together. */
  private static final int ENVELOPE_BYTES = 64 << 10;

  private final NodeAddress address;
  private final long incarnation;
  private final Remote remote;
  private final ControlCodec codec = new ControlCodec();
  private final Map<Role, ActorRef<RoleActor.Command>> here = new ConcurrentHashMap<>();
  private final Map<String, Long> incarnations = new ConcurrentHashMap<>();
  private volatile long coordinatorHeardNs = System.nanoTime();
  private volatile BulkPort bulk;

  Outbox(NodeAddress address, long incarnation, Remote remote) {
    this.address = address;
    this.incarnation = incarnation;
    this.remote = remote;
  }

  /** Sets the way to other processes for content. */
  void open(BulkPort port) {
    bulk = port;
  }

  /** A role begins here. */
  void begins(Role role, ActorRef<RoleActor.Command> actor) {
    here.put(role, actor);
  }

  boolean has(Role role) {
    return here.containsKey(role);
  }

  /** Whether a node is a role of this process. */
  boolean isHere(NodeId node) {
    return isHere(RoleName.of(node), node);
  }

  /** Sends messages to one node, in order. */
  void send(NodeId to, List<ControlMessage> messages) {
    RoleName name = RoleName.of(to);
    if (isHere(name, to)) {
      messages.forEach(message -> deliver(name.role(), new RoleActor.Control(message)));
      return;
    }
    List<byte[]> together = new ArrayList<>();
    int bytes = 0;
    for (ControlMessage message : messages) {
      byte[] encoded = codec.encode(message);
      if (bytes + encoded.length > ENVELOPE_BYTES && !together.isEmpty()) {
        tell(name, to, together);
        together.clear();
        bytes = 0;
      }
      together.add(encoded);
      bytes += encoded.length;
    }
    tell(name, to, together);
  }

  /** Shows a coordinator node, of which only the address is known, that this process is there. */
  void showTo(NodeAddress coordinator) {
    RoleName name = new RoleName(coordinator, Role.COORDINATOR);
    tell(name, name.node(0), List.of());
  }

  private void tell(RoleName name, NodeId to, List<byte[]> messages) {
    remote.tell(
        name.address().toString(),
        NodeRouter.NAME,
        new Envelope(new RoleName(address, Role.COORDINATOR).node(incarnation), to, messages));
  }

  /** A process was heard of: its newest start counts. */
  void heardOf(NodeId from) {
    incarnations.merge(RoleName.of(from).address().toString(), from.incarnation(), Math::max);
  }

  /** Sends a message about the log to another coordinator node; lost before it was heard of. */
  void replicate(NodeAddress coordinator, byte[] message) {
    Long known = incarnations.get(coordinator.toString());
    if (known != null) {
      bulk.replicate(new RoleName(coordinator, Role.COORDINATOR).node(known), message);
    }
  }

  void transfer(NodeId to, BulkMessage message) {
    RoleName name = RoleName.of(to);
    if (isHere(name, to)) {
      deliver(name.role(), new RoleActor.Bulk(message));
    } else {
      bulk.transfer(to, message);
    }
  }

  private boolean isHere(RoleName name, NodeId to) {
    return name.address().equals(address) && to.incarnation() == incarnation;
  }

  /** Time of the last answer of a coordinator, or of the start. */
  long coordinatorHeardNs() {
    return coordinatorHeardNs;
  }

  /** Delivers to a role of this process; without it the message is lost. */
  void deliver(Role role, RoleActor.Command command) {
    if (command instanceof RoleActor.Control(ControlMessage.Welcome _)) {
      coordinatorHeardNs = System.nanoTime();
    }
    ActorRef<RoleActor.Command> actor = here.get(role);
    if (actor != null) {
      actor.tell(command);
    }
  }
}
