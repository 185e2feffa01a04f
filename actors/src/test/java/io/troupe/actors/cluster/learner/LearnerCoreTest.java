package io.troupe.actors.cluster.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.learner.TrainingWork.Position;
import io.troupe.actors.cluster.protocol.BulkMessage.Records;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.CheckpointSaved;
import io.troupe.actors.cluster.protocol.ControlMessage.Finish;
import io.troupe.actors.cluster.protocol.ControlMessage.Finished;
import io.troupe.actors.cluster.protocol.ControlMessage.NoWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestState;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.StepCommitted;
import io.troupe.actors.cluster.protocol.ControlMessage.StepTrained;
import io.troupe.actors.cluster.protocol.ControlMessage.TrainingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.View;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.testing.HashPolicy;
import io.troupe.actors.cluster.testing.ScriptedEnvironment;
import io.troupe.actors.cluster.testing.TestCluster;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearnerCoreTest {
  private static final NodeId SELF = new NodeId("learner-1", 1);
  private static final NodeId PEER = new NodeId("learner-2", 1);
  private static final NodeId OBSERVER = new NodeId("learner-3", 1);
  private static final NodeId COORDINATOR = new NodeId("coordinator", 1);

  private final ScriptedEnvironment environment = new ScriptedEnvironment();
  private final ScriptedTraining work = new ScriptedTraining();
  private final List<String> failures = new ArrayList<>();
  private final LearnerCore core =
      new LearnerCore(
          SELF,
          new LearnerSettings(true, 3, 2, 64, TestCluster.DEADLINES),
          environment,
          work,
          new LearnerEvents() {
            @Override
            public void onShutdown(String reason) {}

            @Override
            public void onFailed(String reason) {
              failures.add(reason);
            }
          });

  private void start(List<NodeId> learners, List<NodeId> observers, NodeId primary) {
    core.start();
    core.on(new Welcome(1, COORDINATOR, 0, 0));
    core.on(new View(1, 1, learners, observers, primary));
    environment.clear();
  }

  private static LogEntry entry(long index, LogRecord record) {
    return new LogEntry(index, 1, RecordCodec.type(record), RecordCodec.encode(record));
  }

  /** The log has an epoch, and then batch and commit of each step. */
  private static LogEntry batch(long step) {
    SampledGroup group = HashPolicy.sample(HashPolicy.spec(step), step - 1, step);
    Score one = new Score.Scored(1, Map.of());
    LoggedGroup logged =
        new LoggedGroup(new ScoredGroup(group, List.of(one, one)), 1, "r", "w", 1, 2, 3);
    return entry(2 * step - 1, new LogRecord.Batch(step, List.of(logged)));
  }

  private static LogEntry committed(long step) {
    return entry(2 * step, new LogRecord.Committed(step, 100 + step, 2));
  }

  private void records(LogEntry... entries) {
    for (LogEntry entry : entries) {
      core.on(new Records(1, List.of(entry)));
    }
  }

  private void begin() {
    records(entry(0, new LogRecord.Epoch("coordinator")), batch(1));
  }

  @Test
  void aloneItComputesAllShards() {
    start(List.of(SELF), List.of(), SELF);
    begin();
    assertThat(work.computing).containsExactly(new ShardRange(0, 4));
    work.complete();
    assertThat(environment.take(COORDINATOR, StepTrained.class))
        .containsExactly(new StepTrained(1, SELF, 1, 101, 2, 4, Map.of()));
  }

  @Test
  void recordsAreAppliedInOrderAndOnce() {
    start(List.of(SELF), List.of(), SELF);
    records(committed(1), batch(1), batch(1));
    assertThat(work.computing).isEmpty();
    records(entry(0, new LogRecord.Epoch("coordinator")));
    assertThat(work.computing).hasSize(1);
    work.complete();
    records(batch(1), committed(1));
    assertThat(core.step()).isEqualTo(1);
    assertThat(core.rejections().of(Rejection.NOT_EXPECTED)).isEqualTo(2);
  }

  @Test
  void shareIsComputedAndSentAndTheRestIsReceived() {
    start(List.of(SELF, PEER), List.of(OBSERVER), SELF);
    begin();
    assertThat(work.computing).containsExactly(new ShardRange(0, 2));
    work.complete();
    assertThat(environment.take(PEER, ShardGradient.class)).hasSize(1);
    assertThat(environment.take(OBSERVER, ShardGradient.class)).hasSize(1);
    assertThat(core.step()).isZero();
    core.on(ScriptedTraining.gradient(1, 0, 2, 2));
    core.on(ScriptedTraining.gradient(1, 0, 2, 2)); // doubled
    assertThat(core.step()).isEqualTo(1);
    assertThat(work.provided).hasSize(1);
    assertThat(core.numComputedForOthers()).isZero();
  }

  @Test
  void shardsThatDoNotArriveAreComputedHere() {
    start(List.of(SELF, PEER), List.of(), SELF);
    begin();
    work.complete();
    environment.advance(TestCluster.DEADLINES.maxGradients());
    assertThat(work.computing).containsExactly(new ShardRange(2, 2));
    core.on(ScriptedTraining.gradient(1, 0, 2, 2)); // too late
    assertThat(work.provided).isEmpty();
    work.complete();
    assertThat(core.step()).isEqualTo(1);
    assertThat(core.numComputedForOthers()).isEqualTo(2);
  }

  @Test
  void shardsOfALearnerThatIsGoneAreComputedAtOnce() {
    start(List.of(SELF, PEER), List.of(), SELF);
    begin();
    work.complete();
    core.on(new View(1, 2, List.of(SELF), List.of(), SELF));
    assertThat(work.computing).containsExactly(new ShardRange(2, 2));
  }

  @Test
  void observerComputesNothingWhileGradientsArrive() {
    start(List.of(PEER), List.of(SELF), PEER);
    begin();
    assertThat(work.computing).isEmpty();
    core.on(ScriptedTraining.gradient(1, 0, 0, 4));
    assertThat(core.step()).isEqualTo(1);
  }

  @Test
  void gradientsOfLaterStepsAreKeptWithinTheLimits() {
    start(List.of(SELF, PEER), List.of(), SELF);
    core.on(ScriptedTraining.gradient(1, 0, 2, 2));
    core.on(ScriptedTraining.gradient(2, 0, 2, 2));
    core.on(ScriptedTraining.gradient(3, 0, 2, 2));
    core.on(ScriptedTraining.gradient(3, 0, 0, 2)); // beyond 3 bytes
    core.on(ScriptedTraining.gradient(4, 0, 2, 2)); // beyond two steps
    assertThat(core.rejections().of(Rejection.NO_SPACE)).isEqualTo(2);
    begin();
    work.complete();
    assertThat(core.step()).isEqualTo(1);
    assertThat(work.provided).hasSize(1);
  }

  @Test
  void gradientsOfOtherWeightsAndOfNoNodeAreRejected() {
    start(List.of(SELF, PEER), List.of(), SELF);
    begin();
    work.complete();
    ShardGradient good = ScriptedTraining.gradient(1, 0, 2, 2);
    core.on(new ShardGradient(1, 0, 7, good.shards(), 0, 1, good.data()));
    core.on(ScriptedTraining.gradient(1, 0, 1, 2));
    core.on(ScriptedTraining.gradient(1, 0, 2, 8));
    assertThat(core.rejections().of(Rejection.WRONG_CONTENT)).isEqualTo(3);
    assertThat(work.provided).isEmpty();
  }

  @Test
  void everyIterationIsExchanged() {
    work.numIterations = 2;
    start(List.of(SELF, PEER), List.of(), SELF);
    begin();
    core.on(ScriptedTraining.gradient(1, 1, 2, 2)); // of the next iteration
    core.on(ScriptedTraining.gradient(1, 0, 2, 2));
    work.complete();
    assertThat(work.numUpdates).isEqualTo(1);
    work.complete();
    assertThat(work.numUpdates).isEqualTo(2);
    assertThat(core.step()).isEqualTo(1);
  }

  @Test
  void primaryRecordsStepsThatTheLogHasCommitted() {
    start(List.of(SELF), List.of(), SELF);
    core.on(new StepCommitted(1, 1, 101, Map.of("completions/length_bias", 0.5)));
    begin();
    work.complete();
    assertThat(work.recorded).isEmpty();
    records(committed(1), batch(2));
    assertThat(work.recorded).containsExactly(1L);
    assertThat(work.recordedMetrics).containsExactly(Map.of("completions/length_bias", 0.5));
    work.complete();
    records(committed(2));
    assertThat(environment.take(CheckpointSaved.class))
        .containsExactly(new CheckpointSaved(1, SELF, 2, 5));
  }

  @Test
  void othersDoNotRecord() {
    start(List.of(PEER, SELF), List.of(), PEER);
    begin();
    work.complete();
    core.on(ScriptedTraining.gradient(1, 0, 0, 2));
    records(committed(1));
    assertThat(core.step()).isEqualTo(1);
    assertThat(work.recorded).isEmpty();
  }

  @Test
  void checksumThatDiffersFromTheLogIsAFailure() {
    start(List.of(SELF), List.of(), SELF);
    begin();
    work.complete();
    records(entry(2, new LogRecord.Committed(1, 7, 2)));
    assertThat(failures)
        .containsExactly(
            "weights after step 1 must have the checksum 0000000000000007 of the log, got"
                + " 0000000000000065");
    assertThat(environment.take(COORDINATOR, TrainingFailed.class)).hasSize(1);
  }

  @Test
  void failureOfTrainingIsReportedUntilTheCoordinatorKnows() {
    start(List.of(SELF), List.of(), SELF);
    work.failure = "loss is NaN";
    begin();
    work.complete();
    assertThat(environment.take(COORDINATOR, TrainingFailed.class)).hasSize(1);
    environment.advance(TestCluster.DEADLINES.hello());
    assertThat(environment.take(COORDINATOR, TrainingFailed.class))
        .containsExactly(new TrainingFailed(1, SELF, 0, "loss is NaN"));
  }

  @Test
  void learnerThatIsFarBehindTakesTheStateOfAPeer() {
    core.start();
    core.on(new Welcome(1, COORDINATOR, 5, 0));
    core.on(new View(1, 1, List.of(PEER, OBSERVER), List.of(SELF), PEER));
    assertThat(environment.take(PEER, RequestState.class)).hasSize(1);
    environment.advance(TestCluster.DEADLINES.state());
    assertThat(environment.take(OBSERVER, RequestState.class)).hasSize(1);
    TrainingState state = new TrainingState(5, 105, 11, Payload.of(new byte[] {1}));
    core.on(state);
    assertThat(core.step()).isEqualTo(5);
    assertThat(core.checksum()).isEqualTo(105);
    core.on(state); // the other answer
    assertThat(core.rejections().of(Rejection.NOT_EXPECTED)).isEqualTo(1);
  }

  @Test
  void stateIsAskedFromAnotherLearnerOnceThePeerIsGone() {
    core.start();
    core.on(new Welcome(1, COORDINATOR, 5, 0));
    core.on(new View(1, 1, List.of(PEER), List.of(SELF), PEER));
    assertThat(environment.take(PEER, RequestState.class)).hasSize(1);
    core.on(new View(1, 2, List.of(OBSERVER), List.of(SELF), OBSERVER));
    assertThat(environment.take(OBSERVER, RequestState.class)).hasSize(1);
    core.on(new View(1, 3, List.of(), List.of(SELF), SELF));
    begin();
    environment.advance(TestCluster.DEADLINES.minGradients());
    work.complete();
    assertThat(core.step()).as("steps trained from the log").isEqualTo(1);
  }

  @Test
  void learnerWhosePeersAreSilentTrainsFromTheLog() {
    core.start();
    core.on(new Welcome(1, COORDINATOR, 5, 0));
    core.on(new View(1, 1, List.of(PEER), List.of(SELF), PEER));
    environment.advance(TestCluster.DEADLINES.state());
    begin();
    environment.advance(TestCluster.DEADLINES.minGradients()); // the others are long past it
    work.complete();
    assertThat(core.step()).isEqualTo(1);
  }

  @Test
  void checkpointContinuesAtItsPosition() {
    work.start = new Position(1, 101, 2);
    start(List.of(SELF), List.of(), SELF);
    records(committed(1), batch(2));
    work.complete();
    assertThat(core.step()).isEqualTo(2);
  }

  @Test
  void stateAndWeightsAreGivenToOthers() {
    start(List.of(SELF), List.of(), SELF);
    begin();
    core.on(new RequestState(1, PEER));
    assertThat(environment.take(PEER, TrainingState.class)).isEmpty(); // in the middle of a step
    work.complete();
    assertThat(environment.take(PEER, TrainingState.class).getFirst().nextRecord()).isEqualTo(2);
    core.on(new RequestWeights(1, PEER, 1));
    core.on(new RequestWeights(1, PEER, 9));
    assertThat(environment.take(PEER, WeightsVersion.class)).hasSize(1);
    assertThat(environment.take(PEER, NoWeights.class)).hasSize(1);
  }

  @Test
  void primaryWritesTheResultsOnceAndAnswersAgain() {
    start(List.of(SELF), List.of(), SELF);
    begin();
    core.on(new Finish(1, 1));
    work.complete();
    assertThat(work.ended).isEmpty(); // the step is not recorded yet
    records(committed(1));
    core.on(new Finish(1, 1));
    assertThat(work.ended).containsExactly(1L);
    assertThat(environment.take(COORDINATOR, Finished.class)).hasSize(2);
  }

  @Test
  void olderCoordinatorsAreRejected() {
    start(List.of(SELF), List.of(), SELF);
    core.on(new Welcome(2, new NodeId("coordinator", 2), 0, 0));
    core.on(new Records(1, List.of(batch(1))));
    core.on(new Finish(1, 0));
    assertThat(core.rejections().of(Rejection.OLD_EPOCH)).isEqualTo(2);
    assertThat(work.ended).isEmpty();
  }
}
