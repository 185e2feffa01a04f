package io.troupe.actors.coordinator;

import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.actors.reward.RewardActor;
import io.troupe.actors.rollout.RolloutActor;
import io.troupe.protocols.config.DeadlineConfig;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Issues groups when the learner requests a batch, and tracks each until it is trained or dropped.
 *
 * <p>The first group is issued after the first request; from then on the {@link GroupLedger} limits
 * the open groups. A rollout actor with sufficiently recent weights samples a group, the reward
 * actor scores it, and the learner receives it with the other groups of its step. After each step
 * the new weights are sent to every rollout actor. A rollout actor that fails, or misses the
 * deadline of a group or of new weights, is replaced; its groups are issued again under the same
 * ids, so they have the same samples.
 *
 * <p>The actor fails, with a one-line message that names actor and cause, when the batch deadline
 * passes or when restarting a rollout actor does not resolve its failure.
 */
public final class Coordinator {
  private static final int MAX_SENDS = 3;
  private static final int MAX_STEPS_OF_DROPS = 8;

  /** Messages to the coordinator. */
  public sealed interface Command {}

  /** The learner requests the groups of its next step. */
  public record NextBatch(ActorRef<Batch> replyTo) implements Command {}

  /** The learner has trained a step and published its weights. */
  public record StepTrained(
      long policyVersion, List<Long> groupIds, int samplesTrained, ActorRef<Committed> replyTo)
      implements Command {
    /** Copies the list. */
    public StepTrained {
      groupIds = List.copyOf(groupIds);
    }
  }

  /** Reply with the current ledger. */
  public record GetState(ActorRef<Ledger> replyTo) implements Command {}

  private record FromRollout(RolloutActor.Event event) implements Command {}

  private record GroupScored(ScoredGroup group) implements Command {}

  private record SendFailed(int workerId, long policyVersion, int sending, Throwable cause)
      implements Command {}

  private record WeightsSent(long policyVersion) implements Command {}

  private record GroupOverdue(long groupId, int workerId) implements Command {}

  private record WeightsOverdue(int workerId) implements Command {}

  private record BatchOverdue() implements Command {}

  /** The groups of a step, in order of their ids. */
  public record Batch(List<ScoredGroup> groups) {
    /** Copies the list. */
    public Batch {
      groups = List.copyOf(groups);
    }
  }

  /** A step is committed to the ledger. */
  public record Committed(Ledger state) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final DeadlineConfig deadlines;
  private final int groupsPerStep;
  private final GroupLedger ledger;
  private final WorkerPool workers;
  private final WeightSender weights;
  private final ActorRef<RewardActor.Command> reward;
  private final ActorRef<RewardActor.GroupScored> scores;
  private ActorRef<Batch> learner; // while it waits for a batch

  private Coordinator(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      RunConfig config,
      LongFunction<GroupSpec> specs,
      Ledger state,
      RolloutActors rollouts,
      WeightSender weights,
      ActorRef<RewardActor.Command> reward) {
    this.context = context;
    this.timers = timers;
    this.deadlines = config.deadlines();
    this.groupsPerStep = config.groupsPerStep();
    this.ledger = new GroupLedger(LedgerLimits.of(config), specs, state);
    this.weights = weights;
    this.reward = reward;
    this.scores =
        context.messageAdapter(
            RewardActor.GroupScored.class, scored -> new GroupScored(scored.group()));
    ActorRef<RolloutActor.Event> events =
        context.messageAdapter(RolloutActor.Event.class, FromRollout::new);
    this.workers = new WorkerPool(context, config, rollouts, events, state.rolloutRestarts());
  }

  /**
   * A coordinator.
   *
   * @param specs creates the group of an id
   * @param state the ledger at the start
   * @param rollouts creates rollout actors
   * @param weights sends weights to them
   * @param reward scores groups
   */
  public static Behavior<Command> create(
      RunConfig config,
      LongFunction<GroupSpec> specs,
      Ledger state,
      RolloutActors rollouts,
      WeightSender weights,
      ActorRef<RewardActor.Command> reward) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Coordinator(
                            context, timers, config, specs, state, rollouts, weights, reward)
                        .start()));
  }

  private Behavior<Command> start() {
    ledger.beingScored().forEach(this::score);
    workers.startAll().forEach(this::sendWeights);
    return Behaviors.receive(Command.class)
        .onAnyMessage(this::onCommand)
        .onSignal(ChildFailed.class, failed -> onGone(failed.getRef(), failed.cause()))
        .onSignal(Terminated.class, gone -> onGone(gone.getRef(), null))
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case NextBatch(var replyTo) -> onNextBatch(replyTo);
      case StepTrained trained -> onStepTrained(trained);
      case GetState(var replyTo) -> replyTo.tell(state());
      case FromRollout(var event) -> onRollout(event);
      case GroupScored(var group) -> onScored(group);
      case WeightsSent _ -> {} // the rollout actor confirms the swap
      case SendFailed failed -> onSendFailed(failed);
      case GroupOverdue(long groupId, int workerId) -> onGroupOverdue(groupId, workerId);
      case WeightsOverdue(int workerId) -> onWeightsOverdue(workerId);
      case BatchOverdue _ -> throw batchOverdue();
    }
    return Behaviors.same();
  }

  // ---- the learner ---------------------------------------------------------------------------

  private void onNextBatch(ActorRef<Batch> replyTo) {
    learner = replyTo;
    timers.startSingleTimer("batch", new BatchOverdue(), deadlines.batch());
    giveOut();
    giveBatch();
  }

  private void giveBatch() {
    if (learner == null) {
      return;
    }
    Optional<List<ScoredGroup>> batch = ledger.takeBatch();
    if (batch.isPresent()) {
      timers.cancel("batch");
      learner.tell(new Batch(batch.get()));
      learner = null;
      giveOut();
    }
  }

  private void onStepTrained(StepTrained trained) {
    ledger.trained(trained.policyVersion(), trained.groupIds(), trained.samplesTrained());
    trained.replyTo().tell(new Committed(state()));
    workers
        .all()
        .forEach(
            worker -> {
              worker.numSent = 0;
              sendWeights(worker);
            });
    giveOut();
  }

  private Ledger state() {
    return ledger.state(workers.numRestarts());
  }

  private IllegalStateException batchOverdue() {
    return new IllegalStateException(
        "the batch of step %d was not complete within %s (deadlines.batch): %s%s"
            .formatted(
                ledger.policyVersion() + 1,
                deadlines.batch(),
                ledger.describe(),
                workers.describeLastFailure()));
  }

  // ---- groups --------------------------------------------------------------------------------

  private void giveOut() {
    ledger.issue(learner != null);
    Optional<GroupSpec> next = ledger.firstWaiting();
    Optional<Worker> free = freeWorker();
    while (next.isPresent() && free.isPresent()) {
      give(next.get(), free.get());
      next = ledger.firstWaiting();
      free = freeWorker();
    }
  }

  private Optional<Worker> freeWorker() {
    return workers.leastLoaded(
        ledger.oldestUsefulVersion(), worker -> ledger.numDecodedBy(worker.id));
  }

  private void give(GroupSpec group, Worker worker) {
    ledger.give(group.groupId(), worker.id);
    timers.startSingleTimer(
        group.groupId(), new GroupOverdue(group.groupId(), worker.id), deadlines.group());
    worker.ref.tell(new RolloutActor.Decode(group));
  }

  private void onRollout(RolloutActor.Event event) {
    Optional<Worker> known = workers.find(event.workerId());
    if (known.isEmpty()) {
      return; // it was replaced, and its groups were issued again
    }
    Worker worker = known.get();
    switch (event) {
      case RolloutActor.Sampled(int _, SampledGroup group) -> onSampled(worker, group);
      case RolloutActor.Swapped(int _, long policyVersion) -> onSwapped(worker, policyVersion);
      case RolloutActor.WeightsDamaged(int _, String cause) -> onDamaged(worker, cause);
    }
  }

  private void onSampled(Worker worker, SampledGroup group) {
    if (ledger.isDecodedBy(group.spec().groupId(), worker.id)) {
      timers.cancel(group.spec().groupId());
      workers.succeeded(worker);
      ledger.sampled(group);
      score(group);
      giveOut();
    }
  }

  private void score(SampledGroup group) {
    reward.tell(new RewardActor.ScoreGroup(group, scores));
  }

  private void onScored(ScoredGroup group) {
    ledger.scored(group);
    if (ledger.droppedInARow() > MAX_STEPS_OF_DROPS * groupsPerStep) {
      throw new IllegalStateException(
          "no group can be trained, %d were dropped in a row: %s; samples without a score: %s"
              .formatted(
                  ledger.droppedInARow(),
                  counts(ledger.groupsDropped()),
                  counts(state().samplesUnscorableByReason())));
    }
    giveBatch();
    giveOut();
  }

  private static String counts(Map<String, Long> counts) {
    return counts.isEmpty() ? "none" : counts.toString();
  }

  private void onGroupOverdue(long groupId, int workerId) {
    if (ledger.isDecodedBy(groupId, workerId)) {
      workers
          .find(workerId)
          .ifPresent(
              worker ->
                  replace(
                      worker,
                      "group %d was not sampled within %s (deadlines.group)"
                          .formatted(groupId, deadlines.group())));
    }
  }

  // ---- weights -------------------------------------------------------------------------------

  private void sendWeights(Worker worker) {
    worker.numSent++;
    long version = ledger.policyVersion();
    worker.ref.tell(new RolloutActor.ReceiveWeights(version));
    timers.startSingleTimer(worker.name, new WeightsOverdue(worker.id), deadlines.weights());
    int sending = worker.numSent;
    context.pipeToSelf(
        weights.send(worker.id, worker.name),
        (sent, failure) ->
            failure == null
                ? new WeightsSent(sent)
                : new SendFailed(worker.id, version, sending, failure));
  }

  private void onSendFailed(SendFailed failed) {
    workers
        .find(failed.workerId())
        .filter(worker -> worker.numSent == failed.sending())
        .filter(_ -> ledger.policyVersion() == failed.policyVersion())
        .ifPresent(worker -> replace(worker, failed.cause().getMessage(), failed.cause()));
  }

  private void onSwapped(Worker worker, long policyVersion) {
    worker.policyVersion = policyVersion;
    if (policyVersion >= ledger.policyVersion()) {
      timers.cancel(worker.name);
    }
    giveOut();
  }

  private void onDamaged(Worker worker, String cause) {
    if (worker.numSent < MAX_SENDS) {
      context.getLog().info("{}: {}; the weights are sent again", worker.name, cause);
      sendWeights(worker);
    } else {
      replace(worker, "weights were damaged %d times: %s".formatted(MAX_SENDS, cause));
    }
  }

  private void onWeightsOverdue(int workerId) {
    workers
        .find(workerId)
        .ifPresent(
            worker ->
                replace(
                    worker,
                    "policy version %d was not swapped in within %s (deadlines.weights), it has %d"
                        .formatted(
                            ledger.policyVersion(), deadlines.weights(), worker.policyVersion)));
  }

  // ---- rollout actors that fail --------------------------------------------------------------

  private Behavior<Command> onGone(ActorRef<Void> ref, Throwable cause) {
    workers
        .find(ref)
        .ifPresent(
            worker -> replace(worker, cause == null ? "it stopped" : cause.getMessage(), cause));
    return Behaviors.same();
  }

  private void replace(Worker worker, String reason) {
    replace(worker, reason, null);
  }

  /**
   * Replaces a rollout actor.
   *
   * @param cause for the log; null for a passed deadline
   */
  private void replace(Worker worker, String reason, Throwable cause) {
    for (long groupId : ledger.decodedBy(worker.id)) {
      timers.cancel(groupId);
    }
    timers.cancel(worker.name);
    ledger.takeBack(worker.id);
    weights.forget(worker.id);
    sendWeights(workers.replace(worker, reason, cause));
    giveOut();
  }
}
