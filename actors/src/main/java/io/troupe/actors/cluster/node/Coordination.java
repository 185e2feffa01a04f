package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.coordinator.CoordinatorSettings;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.CoordinatorSingleton;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.protocols.config.RunConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The role of a coordinator node, as its process sees it. */
public final class Coordination {
  private final ClusterNode node;
  private final AtomicReference<CoordinatorRole> role = new AtomicReference<>();

  private Coordination(ClusterNode node) {
    this.node = node;
  }

  /**
   * Starts the role. The node must have the configuration of a coordinator.
   *
   * @param members all coordinator nodes
   * @param folder of the log
   * @param run the first record of a new run
   */
  public static Coordination start(
      ClusterNode node,
      RunConfig config,
      List<NodeAddress> members,
      Path folder,
      RunStarted run,
      CoordinatorListener listener) {
    CoordinatorRole.Setup setup =
        new CoordinatorRole.Setup(
            folder,
            run.runId(),
            members,
            run,
            CoordinatorSettings.of(
                LedgerLimits.of(config),
                config.grpo().numGenerations(),
                config.seed(),
                ClusterDeadlines.of(config.deadlines())),
            listener);
    Coordination coordination = new Coordination(node);
    coordination.start(setup);
    return coordination;
  }

  private void start(CoordinatorRole.Setup setup) {
    node.start(
        Role.COORDINATOR,
        (environment, executor) -> {
          try {
            role.set(new CoordinatorRole(node, setup, environment, executor));
            return role.get();
          } catch (IOException e) {
            throw new UncheckedIOException(
                "the log in %s cannot be opened: %s".formatted(setup.folder(), e.getMessage()), e);
          }
        });
    CoordinatorSingleton.start(node.system(), choice(), new HandOver());
  }

  /** Tells the actor of the choice that the cluster wants another node. */
  private record HandOver() {}

  private Behavior<HandOver> choice() {
    return Behaviors.setup(
        _ -> {
          tell(CoordinatorRole::chosen);
          return Behaviors.receive(HandOver.class)
              .onMessage(HandOver.class, _ -> Behaviors.stopped())
              .onSignal(
                  PostStop.class,
                  _ -> {
                    tell(CoordinatorRole::notChosen);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private void tell(Consumer<CoordinatorRole> action) {
    node.outbox().deliver(Role.COORDINATOR, new RoleActor.Run(() -> action.accept(role.get())));
  }

  /** Ends the run after the current step, with a checkpoint, if this node coordinates it. */
  public void stopRun() {
    tell(CoordinatorRole::stopRun);
  }
}
