package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlCodec;
import io.troupe.actors.cluster.protocol.ControlDecoding;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Delivers messages in a random order; may lose and double some. */
public final class TestNetwork {
  private static final long SPREAD_NS = 3_000_000;

  private final ControlCodec codec = new ControlCodec();
  private final VirtualTime time;
  private final Map<NodeId, Receiver> receivers = new HashMap<>();
  private final double lost;
  private final double doubled;

  private record Receiver(
      TestProcess process, Consumer<ControlMessage> control, Consumer<BulkMessage> bulk) {}

  public TestNetwork(VirtualTime time, double lost, double doubled) {
    this.time = time;
    this.lost = lost;
    this.doubled = doubled;
  }

  public void connect(
      TestProcess process, Consumer<ControlMessage> control, Consumer<BulkMessage> bulk) {
    receivers.put(process.node(), new Receiver(process, control, bulk));
  }

  void send(NodeId to, ControlMessage message) {
    var decoded = (ControlDecoding.Decoded) codec.decode(codec.encode(message));
    deliver(to, receiver -> receiver.control().accept(decoded.message()));
  }

  void transfer(NodeId to, BulkMessage message) {
    deliver(to, receiver -> receiver.bulk().accept(message));
  }

  private void deliver(NodeId to, Consumer<Receiver> action) {
    Random random = time.random();
    if (random.nextDouble() < lost) {
      return;
    }
    int copies = random.nextDouble() < doubled ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      time.after(
          (long) (random.nextDouble() * SPREAD_NS),
          () -> {
            Receiver receiver = receivers.get(to);
            if (receiver != null) {
              receiver.process().run(() -> action.accept(receiver));
            }
          });
    }
  }
}
