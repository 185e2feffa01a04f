package io.troupe.actors.coordinator;

import io.troupe.actors.rollout.RolloutActor;
import io.troupe.protocols.config.RunConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The rollout actors of a run, and the restarts of each. */
final class WorkerPool {
  private final ActorContext<?> context;
  private final RolloutActors rollouts;
  private final ActorRef<RolloutActor.Event> events;
  private final int maxFailuresInARow;
  private final int maxGroups;
  private final int[] failuresInARow;
  private final Map<Integer, Worker> living = new LinkedHashMap<>();
  private int nextId = 1;
  private long numRestarts;
  private String lastFailure = "";

  WorkerPool(
      ActorContext<?> context,
      RunConfig config,
      RolloutActors rollouts,
      ActorRef<RolloutActor.Event> events,
      long numRestarts) {
    this.context = context;
    this.rollouts = rollouts;
    this.events = events;
    this.numRestarts = numRestarts;
    this.failuresInARow = new int[config.rollout().numActors()];
    // A group that fails every rollout actor is dropped after max-attempts: continue beyond that.
    this.maxFailuresInARow = 2 * config.rollout().maxAttempts() + 2;
    // As many as fit into one batch, and one that waits for free places.
    this.maxGroups =
        1 + Math.ceilDiv(config.rollout().maxBatchSequences(), config.grpo().numGenerations());
  }

  List<Worker> startAll() {
    List<Worker> started = new ArrayList<>();
    for (int slot = 0; slot < failuresInARow.length; slot++) {
      started.add(start(slot));
    }
    return started;
  }

  private Worker start(int slot) {
    int id = nextId++;
    String name = "rollout-" + (slot + 1);
    ActorRef<RolloutActor.Command> ref =
        context.spawn(rollouts.create(id, name, events), "rollout-" + (slot + 1) + "." + id);
    context.watch(ref);
    Worker worker = new Worker(id, slot, name, ref);
    living.put(id, worker);
    return worker;
  }

  Collection<Worker> all() {
    return List.copyOf(living.values());
  }

  Optional<Worker> find(int workerId) {
    return Optional.ofNullable(living.get(workerId));
  }

  Optional<Worker> find(ActorRef<Void> ref) {
    return living.values().stream()
        .filter(worker -> worker.ref.path().equals(ref.path()))
        .findFirst();
  }

  /** The worker with the fewest groups, among those with free places and recent weights. */
  Optional<Worker> leastLoaded(long oldestVersion, ToIntFunction<Worker> load) {
    return living.values().stream()
        .filter(worker -> worker.policyVersion >= Math.max(oldestVersion, 0))
        .filter(worker -> load.applyAsInt(worker) < maxGroups)
        .min(Comparator.comparingInt(load));
  }

  /** Resets the count of failures of a worker that has completed a group. */
  void succeeded(Worker worker) {
    failuresInARow[worker.slot] = 0;
  }

  /**
   * Replaces a worker that failed.
   *
   * @param cause for the log; null for a passed deadline
   * @throws IllegalStateException if it has failed too often in a row
   */
  Worker replace(Worker worker, String reason, Throwable cause) {
    living.remove(worker.id);
    context.unwatch(worker.ref);
    context.stop(worker.ref);
    numRestarts++;
    lastFailure = worker.name + ": " + reason;
    if (++failuresInARow[worker.slot] > maxFailuresInARow) {
      throw new IllegalStateException(
          "%s failed %d times in a row: %s"
              .formatted(worker.name, failuresInARow[worker.slot], reason),
          cause);
    }
    context.getLog().warn("{} failed and is replaced: {}", worker.name, reason, cause);
    return start(worker.slot);
  }

  long numRestarts() {
    return numRestarts;
  }

  /** The last failure, for the message of a passed deadline. */
  String describeLastFailure() {
    return lastFailure.isEmpty() ? "" : "; the last failure: " + lastFailure;
  }
}
