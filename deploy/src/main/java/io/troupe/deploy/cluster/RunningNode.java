package io.troupe.deploy.cluster;

import io.troupe.actors.cluster.node.ClusterNode;
import io.troupe.actors.cluster.node.Coordination;
import io.troupe.actors.cluster.node.HealthServer;
import io.troupe.actors.cluster.node.RunRoles;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.run.RunFailedException;
import io.troupe.actors.run.RunStoppedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A node whose roles run. */
final class RunningNode {
  /** Time for the current step and its checkpoint. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(50);

  private RunningNode() {}

  /** Starts the roles that any node may have. */
  static void start(RunRoles roles, Set<Role> wanted) {
    if (wanted.contains(Role.ROLLOUT)) {
      roles.startRollout();
    }
    if (wanted.contains(Role.REWARD)) {
      roles.startReward();
    }
  }

  /**
   * Waits for the end of the run. An interrupt of the calling thread asks the coordinator, if it is
   * here, to end the run after the current step; any other node leaves at once.
   *
   * @throws RunFailedException if the run failed
   * @throws RunStoppedException after an interrupt
   */
  static void await(
      ClusterNode node,
      Optional<Coordination> coordination,
      OptionalInt healthPort,
      Path directory) {
    try (AutoCloseable _ = health(node, healthPort)) {
      String failure = node.await();
      if (!failure.isEmpty()) {
        throw new RunFailedException(failure, null);
      }
    } catch (InterruptedException e) {
      stop(node, coordination);
      throw new RunStoppedException(
          "stopped: continue with the same command, or 'troupe run --output-dir " + directory + "'",
          e);
    } catch (IOException e) {
      throw new RunFailedException(
          "--health-port %d cannot be used: %s".formatted(healthPort.orElse(0), e.getMessage()), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new RunFailedException(e.getMessage(), e);
    }
  }

  private static AutoCloseable health(ClusterNode node, OptionalInt port) throws IOException {
    return port.isEmpty()
        ? () -> {}
        : new HealthServer(port.getAsInt(), node::isReady, node::counters);
  }

  private static void stop(ClusterNode node, Optional<Coordination> coordination) {
    if (coordination.isPresent()) {
      coordination.get().stopRun();
      try {
        node.await(STOP_LIMIT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
