package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.bulk.RoleName;
import io.troupe.actors.cluster.protocol.ControlCodec;
import io.troupe.actors.cluster.protocol.ControlDecoding;
import io.troupe.actors.cluster.protocol.Rejections;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Receives the control messages of other processes, and passes them to the roles of this one. What
 * is malformed, or for an earlier start of this process, is counted and has no effect.
 */
final class NodeRouter {
  /** Name of the actor below {@code /user}. */
  static final String NAME = "node";

  private NodeRouter() {}

  /**
   * A router.
   *
   * @param incarnation of this process; 0 is accepted too, from those who do not know it
   */
  static Behavior<Envelope> create(long incarnation, Outbox outbox) {
    return Behaviors.setup(
        context -> {
          ControlCodec codec = new ControlCodec();
          Rejections rejections = new Rejections();
          return Behaviors.receiveMessage(
              envelope -> {
                outbox.heardOf(envelope.from());
                long to = envelope.to().incarnation();
                if (to != incarnation && to != 0) {
                  return Behaviors.same();
                }
                for (byte[] each : envelope.messages()) {
                  switch (codec.decode(each)) {
                    case ControlDecoding.Decoded(var message) ->
                        outbox.deliver(
                            RoleName.of(envelope.to()).role(), new RoleActor.Control(message));
                    case ControlDecoding.Rejected(var rejection, var reason) -> {
                      rejections.count(rejection);
                      context.getLog().warn("a message was ignored: {}", reason);
                    }
                  }
                }
                return Behaviors.same();
              });
        });
  }
}
