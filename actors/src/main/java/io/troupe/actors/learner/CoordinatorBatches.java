package io.troupe.actors.learner;

import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.LedgerState;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Scored groups from the coordinator, which keeps the books and sees to the deadline. */
public final class CoordinatorBatches implements BatchSource<List<ScoredGroup>, LedgerState> {
  private final ActorRef<Coordinator.Command> coordinator;
  private final ActorRef<Coordinator.Batch> batches;
  private final ActorRef<Coordinator.Committed> commits;
  private List<Long> groupIds = List.of(); // of the batch that came last

  /**
   * The batches of a coordinator.
   *
   * @param context of the learner, which gets the answers
   */
  public CoordinatorBatches(
      ActorContext<LearnerActor.Command<List<ScoredGroup>, LedgerState>> context,
      ActorRef<Coordinator.Command> coordinator) {
    this.coordinator = coordinator;
    this.batches = context.messageAdapter(Coordinator.Batch.class, batch -> ready(batch.groups()));
    this.commits =
        context.messageAdapter(
            Coordinator.Committed.class,
            committed -> new LearnerActor.Entered<>(committed.state()));
  }

  private LearnerActor.Command<List<ScoredGroup>, LedgerState> ready(List<ScoredGroup> groups) {
    groupIds = groups.stream().map(group -> group.group().spec().groupId()).toList();
    return new LearnerActor.BatchReady<>(groups);
  }

  @Override
  public void request() {
    coordinator.tell(new Coordinator.NextBatch(batches));
  }

  @Override
  public void enter(TrainedStep trained) {
    coordinator.tell(
        new Coordinator.StepTrained(trained.step(), groupIds, trained.numSamples(), commits));
  }
}
