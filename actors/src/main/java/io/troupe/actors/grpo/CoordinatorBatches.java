package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.BatchSource;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Scored groups from the coordinator, which maintains the ledger and the deadline of a batch. */
final class CoordinatorBatches implements BatchSource<List<ScoredGroup>, Ledger> {
  private final ActorRef<Coordinator.Command> coordinator;
  private final ActorRef<Coordinator.Batch> batches;
  private final ActorRef<Coordinator.Committed> commits;
  private List<Long> groupIds = List.of(); // of the last batch

  /**
   * Batches of a coordinator.
   *
   * @param context of the learner, which receives the answers
   */
  CoordinatorBatches(
      ActorContext<LearnerActor.Command<List<ScoredGroup>, Ledger>> context,
      ActorRef<Coordinator.Command> coordinator) {
    this.coordinator = coordinator;
    this.batches = context.messageAdapter(Coordinator.Batch.class, batch -> ready(batch.groups()));
    this.commits =
        context.messageAdapter(
            Coordinator.Committed.class,
            committed -> new LearnerActor.Committed<>(committed.state()));
  }

  private LearnerActor.Command<List<ScoredGroup>, Ledger> ready(List<ScoredGroup> groups) {
    groupIds = groups.stream().map(group -> group.group().spec().groupId()).toList();
    return new LearnerActor.BatchReady<>(groups);
  }

  @Override
  public void request() {
    coordinator.tell(new Coordinator.NextBatch(batches));
  }

  @Override
  public void commit(TrainedStep trained) {
    coordinator.tell(
        new Coordinator.StepTrained(trained.step(), groupIds, trained.numSamples(), commits));
  }
}
