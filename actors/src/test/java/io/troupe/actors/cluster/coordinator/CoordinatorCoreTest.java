package io.troupe.actors.cluster.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.troupe.actors.cluster.protocol.BulkMessage.Records;
import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.Assign;
import io.troupe.actors.cluster.protocol.ControlMessage.CheckpointSaved;
import io.troupe.actors.cluster.protocol.ControlMessage.Decoded;
import io.troupe.actors.cluster.protocol.ControlMessage.DecodingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.Finish;
import io.troupe.actors.cluster.protocol.ControlMessage.Finished;
import io.troupe.actors.cluster.protocol.ControlMessage.LearnerHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Leaving;
import io.troupe.actors.cluster.protocol.ControlMessage.NewVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.Received;
import io.troupe.actors.cluster.protocol.ControlMessage.Revoke;
import io.troupe.actors.cluster.protocol.ControlMessage.RewardHello;
import io.troupe.actors.cluster.protocol.ControlMessage.RolloutHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Shutdown;
import io.troupe.actors.cluster.protocol.ControlMessage.StepCommitted;
import io.troupe.actors.cluster.protocol.ControlMessage.StepTrained;
import io.troupe.actors.cluster.protocol.ControlMessage.TrainingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.View;
import io.troupe.actors.cluster.protocol.ControlMessage.WeightsReady;
import io.troupe.actors.cluster.protocol.HeldGroup;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.testing.HashPolicy;
import io.troupe.actors.cluster.testing.ScriptedEnvironment;
import io.troupe.actors.cluster.testing.TestCluster;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.log.record.LogRecord;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoordinatorCoreTest {
  private static final NodeId SELF = new NodeId("coordinator", 1);
  private static final NodeId ROLLOUT = new NodeId("rollout-1", 1);
  private static final NodeId OTHER_ROLLOUT = new NodeId("rollout-2", 1);
  private static final NodeId REWARD = new NodeId("reward-1", 1);
  private static final NodeId OTHER_REWARD = new NodeId("reward-2", 1);
  private static final NodeId LEARNER = new NodeId("learner-1", 1);
  private static final NodeId OTHER_LEARNER = new NodeId("learner-2", 1);
  private static final Score ONE = new Score.Scored(1, Map.of());
  private static final Score NONE = new Score.Unscorable("timeout: slow");

  private final ScriptedEnvironment environment = new ScriptedEnvironment();
  private final ScriptedLog log = new ScriptedLog();
  private final List<String> resigned = new ArrayList<>();
  private final List<String> ended = new ArrayList<>();
  private CoordinatorCore core = core(new LedgerLimits(3, 2, 0, 2));

  private CoordinatorCore core(LedgerLimits limits) {
    return new CoordinatorCore(
        SELF,
        CoordinatorSettings.of(
            limits, HashPolicy.NUM_GENERATIONS, HashPolicy.SEED, TestCluster.DEADLINES),
        environment,
        log,
        new LogRecord.RunStarted("run", "fingerprint", "test"),
        new CoordinatorEvents() {
          @Override
          public void onResigned(String reason) {
            resigned.add(reason);
          }

          @Override
          public void onEnded(long step, Map<String, Double> summary, String failure) {
            ended.add(step + " " + failure);
          }
        });
  }

  private void lead(long epoch) {
    log.epoch = epoch;
    log.add(new LogRecord.Epoch("coordinator"));
    core.onLeading(epoch);
    commit();
  }

  private void commit() {
    log.commitIndex = log.nextIndex();
    core.onCommitted(log.commitIndex);
  }

  private void hello(NodeId learner, long step, long checksum) {
    core.on(new LearnerHello(1, learner, step, checksum, 0, learner.equals(LEARNER)));
  }

  private void hello(NodeId rollout, long version, HeldGroup... held) {
    core.on(new RolloutHello(1, rollout, version, 2, List.of(held)));
  }

  private void hello(NodeId reward) {
    core.on(new RewardHello(1, reward, List.of()));
  }

  /** A run with one node of each role that has version 0. */
  private void startRun() {
    lead(1);
    hello(LEARNER, 0, 100);
    hello(REWARD);
    hello(ROLLOUT, 0);
  }

  private static Scored scored(
      long groupId, long epoch, int attempt, long version, Score score, NodeId from) {
    SampledGroup group = HashPolicy.sample(HashPolicy.spec(groupId), version, version);
    return new Scored(epoch, attempt, new ScoredGroup(group, List.of(ONE, score)), from, REWARD);
  }

  private void sampleAndScore(long groupId, long version) {
    core.on(new Decoded(1, ROLLOUT, groupId, 0));
    core.on(scored(groupId, 1, 0, version, ONE, ROLLOUT));
  }

  private void trainStep(long step) {
    sampleAndScore(2 * step - 2, step - 1);
    sampleAndScore(2 * step - 1, step - 1);
    commit();
    trained(LEARNER, step, 100 + step);
    commit();
    core.on(new WeightsReady(1, ROLLOUT, step));
  }

  private void trained(NodeId learner, long step, long checksum) {
    core.on(new StepTrained(1, learner, step, checksum, log.nextIndex(), 4, Map.of("loss", 1.0)));
  }

  @Test
  void groupsAreAssignedInOrderToNodesThatHaveTheWeights() {
    lead(1);
    hello(REWARD);
    hello(ROLLOUT, -1);
    assertThat(environment.take(Assign.class)).isEmpty();
    hello(LEARNER, 0, 100);
    assertThat(environment.take(ROLLOUT, NewVersion.class))
        .containsExactly(new NewVersion(1, 0, 100, List.of(LEARNER)));
    assertThat(environment.take(ROLLOUT, Assign.class))
        .containsExactly(new Assign(1, 0, 0, 0, REWARD), new Assign(1, 1, 0, 0, REWARD));
  }

  @Test
  void nothingHappensBeforeTheEpochIsCommitted() {
    log.epoch = 1;
    log.add(new LogRecord.Epoch("coordinator"));
    core.onLeading(1);
    hello(LEARNER, 0, 100);
    assertThat(environment.take(Object.class)).isEmpty();
    assertThat(core.isActive()).isFalse();
  }

  @Test
  void batchReachesTheLearnersWhenItIsCommitted() {
    startRun();
    sampleAndScore(1, 0);
    sampleAndScore(0, 0);
    assertThat(log.batches()).containsExactly(List.of(0L, 1L));
    environment.take(Records.class);
    assertThat(environment.take(REWARD, Received.class)).hasSize(2);
    assertThat(environment.take(REWARD, Accepted.class)).isEmpty();
    commit();
    assertThat(environment.take(LEARNER, Records.class)).isNotEmpty();
    assertThat(environment.take(REWARD, Accepted.class)).hasSize(2);
  }

  @Test
  void firstTrainedStepCommitsAndOthersAreCompared() {
    startRun();
    hello(OTHER_LEARNER, 0, 100);
    sampleAndScore(0, 0);
    sampleAndScore(1, 0);
    commit();
    trained(LEARNER, 1, 101);
    assertThat(log.records).last().isEqualTo(new LogRecord.Committed(1, 101, 4));
    assertThat(environment.take(LEARNER, StepCommitted.class).getFirst().metrics())
        .containsEntry("completions/length_bias", 0.0);
    trained(OTHER_LEARNER, 1, 101);
    assertThat(ended).isEmpty();
    trained(OTHER_LEARNER, 1, 102);
    assertThat(ended)
        .containsExactly(
            "1 weights after step 1 must be equal on all learners, got checksum"
                + " 0000000000000065 from learner-1 and 0000000000000066 from learner-2");
    assertThat(environment.take(ROLLOUT, Shutdown.class)).hasSize(1);
  }

  @Test
  void weightsOfALearnerThatIsGoneAreOfferedByAnother() {
    startRun();
    hello(OTHER_LEARNER, 0, 100);
    sampleAndScore(0, 0);
    sampleAndScore(1, 0);
    commit();
    trained(LEARNER, 1, 101);
    commit();
    trained(OTHER_LEARNER, 1, 101);
    assertThat(environment.take(ROLLOUT, NewVersion.class).getLast().sources()).startsWith(LEARNER);
    core.nodeGone(LEARNER);
    assertThat(environment.take(ROLLOUT, NewVersion.class))
        .extracting(NewVersion::version, NewVersion::sources)
        .containsExactly(tuple(1L, List.of(OTHER_LEARNER)));
  }

  @Test
  void aNodeThatHasNoWeightsYetHearsOfMoreSources() {
    lead(1);
    hello(LEARNER, 0, 100);
    hello(ROLLOUT, -1);
    hello(OTHER_LEARNER, 0, 100);
    hello(ROLLOUT, -1);
    assertThat(environment.take(ROLLOUT, NewVersion.class))
        .extracting(NewVersion::sources)
        .containsExactly(List.of(LEARNER), List.of(LEARNER, OTHER_LEARNER));
  }

  @Test
  void aNodeWithoutCreditsGetsWeightsAndNoGroups() {
    startRun();
    core.on(new RolloutHello(1, OTHER_ROLLOUT, -1, 0, List.of()));
    assertThat(environment.take(OTHER_ROLLOUT, NewVersion.class)).hasSize(1);
    core.on(new WeightsReady(1, OTHER_ROLLOUT, 0));
    trainStep(1);
    assertThat(environment.take(OTHER_ROLLOUT, NewVersion.class))
        .extracting(NewVersion::version)
        .containsExactly(1L);
    assertThat(environment.take(OTHER_ROLLOUT, Assign.class)).isEmpty();
  }

  @Test
  void aNodeWhoseWeightsWereLostIsOfferedTheNewestAndNotAForgottenVersion() {
    core = core(new LedgerLimits(3, 2, 2, 2));
    startRun();
    hello(OTHER_ROLLOUT, -1);
    assertThat(environment.take(OTHER_ROLLOUT, NewVersion.class))
        .extracting(NewVersion::version)
        .containsExactly(0L);
    trainStep(1);
    assertThat(environment.take(OTHER_ROLLOUT, NewVersion.class)).isEmpty();
    environment.advance(Duration.ofMillis(1500));
    hello(OTHER_ROLLOUT, -1);
    assertThat(environment.take(OTHER_ROLLOUT, NewVersion.class))
        .extracting(NewVersion::version)
        .containsExactly(1L);
  }

  @Test
  void theLearnerThatKeepsTheRunMayComeBackToWriteTheResults() {
    trainAllStepsWithoutTheKeeper();
    assertThat(environment.take(OTHER_LEARNER, Finish.class)).isEmpty();
    hello(LEARNER, 3, 103);
    hello(OTHER_LEARNER, 3, 103);
    assertThat(environment.take(LEARNER, Finish.class)).contains(new Finish(1, 3));
  }

  @Test
  void anotherLearnerWritesTheResultsWhenTheOneThatKeepsTheRunStaysAway() {
    trainAllStepsWithoutTheKeeper();
    environment.advance(Duration.ofSeconds(31));
    hello(OTHER_LEARNER, 3, 103);
    assertThat(environment.take(OTHER_LEARNER, Finish.class)).contains(new Finish(1, 3));
  }

  private void trainAllStepsWithoutTheKeeper() {
    startRun();
    hello(OTHER_LEARNER, 0, 100);
    trainStep(1);
    trainStep(2);
    trained(OTHER_LEARNER, 2, 102);
    sampleAndScore(4, 2);
    sampleAndScore(5, 2);
    commit();
    core.nodeGone(LEARNER);
    trained(OTHER_LEARNER, 3, 103);
    commit();
    hello(OTHER_LEARNER, 3, 103);
  }

  @Test
  void stepIsCommittedOnce() {
    startRun();
    trainStep(1);
    trained(LEARNER, 1, 101);
    hello(LEARNER, 1, 101);
    assertThat(log.records.stream().filter(LogRecord.Committed.class::isInstance)).hasSize(1);
  }

  @Test
  void groupOfALostNodeIsAssignedAgainAndDoesNotCountAsAnAttempt() {
    startRun();
    environment.take(Assign.class);
    for (int i = 2; i < 8; i++) {
      NodeId next = new NodeId("rollout-" + i, 1);
      core.nodeGone(i == 2 ? ROLLOUT : new NodeId("rollout-" + (i - 1), 1));
      hello(next, 0);
      assertThat(environment.take(next, Assign.class))
          .extracting(Assign::groupId)
          .containsExactly(0L, 1L);
    }
    assertThat(log.records).noneMatch(LogRecord.Dropped.class::isInstance);
  }

  @Test
  void reportedFailuresCountAndTheGroupIsDroppedWithItsReason() {
    startRun();
    core.on(new DecodingFailed(1, ROLLOUT, 0, 0, "broken"));
    core.on(new DecodingFailed(1, ROLLOUT, 0, 0, "broken")); // doubled
    assertThat(log.records).noneMatch(LogRecord.Dropped.class::isInstance);
    core.on(new DecodingFailed(1, ROLLOUT, 0, 1, "broken"));
    assertThat(log.records)
        .last()
        .isInstanceOfSatisfying(
            LogRecord.Dropped.class,
            dropped -> assertThat(dropped.reason()).isEqualTo("rollout-failed"));
    assertThat(environment.take(ROLLOUT, Assign.class))
        .extracting(Assign::groupId)
        .containsExactly(0L, 1L, 0L, 2L);
  }

  @Test
  void leaseEndsWithoutHellosAndLeavingEndsItAtOnce() {
    startRun();
    hello(OTHER_ROLLOUT, 0);
    environment.clear();
    core.on(new Leaving(1, ROLLOUT));
    assertThat(environment.take(OTHER_ROLLOUT, Assign.class)).hasSize(2);

    for (int i = 0; i < 6; i++) {
      environment.advance(Duration.ofMillis(500));
      hello(LEARNER, 0, 100);
      hello(REWARD);
    }
    hello(ROLLOUT, 0);
    assertThat(environment.take(ROLLOUT, Assign.class)).hasSize(2);
  }

  @Test
  void samplesGoToAnotherRewardNodeWhenTheirsIsLost() {
    startRun();
    core.on(new Decoded(1, ROLLOUT, 0, 0));
    hello(OTHER_REWARD);
    environment.clear();
    core.nodeGone(REWARD);
    assertThat(environment.take(ROLLOUT, Assign.class))
        .containsExactlyInAnyOrder(
            new Assign(1, 0, 0, 0, OTHER_REWARD), new Assign(1, 1, 0, 0, OTHER_REWARD));
  }

  @Test
  void resultOfARevokedAttemptCountsOnlyIfItIsFullyScored() {
    startRun();
    hello(OTHER_ROLLOUT, 0);
    core.nodeGone(ROLLOUT);
    environment.clear();
    core.on(scored(0, 1, 0, 0, NONE, ROLLOUT));
    assertThat(environment.take(REWARD, Revoke.class)).hasSize(1);
    core.on(scored(0, 1, 0, 0, ONE, ROLLOUT));
    assertThat(environment.take(REWARD, Received.class)).hasSize(1);
    assertThat(environment.take(OTHER_ROLLOUT, Revoke.class)).hasSize(1);
  }

  @Test
  void scoresOfAnotherRunAreRejected() {
    startRun();
    SampledGroup group =
        HashPolicy.sample(
            new io.troupe.protocols.sample.GroupSpec(
                0, HashPolicy.spec(0).prompt(), HashPolicy.NUM_GENERATIONS, 8),
            0,
            0);
    core.on(new Scored(1, 0, new ScoredGroup(group, List.of(ONE, ONE)), ROLLOUT, REWARD));
    assertThat(core.rejections().of(Rejection.WRONG_CONTENT)).isEqualTo(1);
  }

  @Test
  void newerEpochMakesItResign() {
    startRun();
    core.on(new Decoded(2, ROLLOUT, 0, 0));
    assertThat(resigned).containsExactly("rollout-1#1 knows epoch 2");
    environment.clear();
    hello(ROLLOUT, 0);
    environment.advance(Duration.ofSeconds(5));
    assertThat(environment.take(Object.class)).isEmpty();
  }

  @Test
  void pauseSuspendsItUntilARecordIsCommitted() {
    startRun();
    environment.clear();
    environment.pause(Duration.ofSeconds(30));
    hello(ROLLOUT, 0);
    assertThat(core.isActive()).isFalse();
    assertThat(core.rejections().of(Rejection.SUSPENDED)).isEqualTo(1);
    assertThat(environment.take(Object.class)).isEmpty();
    commit();
    assertThat(core.isActive()).isTrue();
    hello(ROLLOUT, 0, new HeldGroup(0, 0, false), new HeldGroup(1, 0, false));
    assertThat(environment.take(Assign.class)).isEmpty(); // the lease has not ended meanwhile
  }

  @Test
  void nextCoordinatorContinuesFromTheLogAndAdoptsGroupsThatNodesHold() {
    startRun();
    trainStep(1);
    core = core(new LedgerLimits(3, 2, 0, 2));
    lead(2);
    environment.clear();
    core.on(new LearnerHello(1, LEARNER, 1, 101, log.nextIndex(), true));
    core.on(new RewardHello(1, REWARD, List.of()));
    core.on(new RolloutHello(1, OTHER_ROLLOUT, 1, 2, List.of()));
    core.on(new RolloutHello(1, ROLLOUT, 1, 2, List.of(new HeldGroup(3, 0, true))));
    assertThat(environment.take(Assign.class)).isEmpty();
    environment.advance(TestCluster.DEADLINES.adoption().plusMillis(500));
    assertThat(environment.take(ROLLOUT, Assign.class)).extracting(Assign::groupId).contains(3L);
    assertThat(environment.take(OTHER_ROLLOUT, Assign.class))
        .extracting(Assign::groupId)
        .containsExactly(2L);
  }

  @Test
  void batchThatWasLoggedButNotCommittedIsTrainedUnderTheNextEpoch() {
    startRun();
    sampleAndScore(0, 0);
    sampleAndScore(1, 0);
    commit();
    core = core(new LedgerLimits(3, 2, 0, 2));
    lead(2);
    core.on(new LearnerHello(1, LEARNER, 1, 101, 5, true)); // it has trained the step meanwhile
    assertThat(log.records).last().isEqualTo(new LogRecord.Committed(1, 101, 4));
    assertThat(log.batches()).hasSize(1);
  }

  @Test
  void fullDiskDelaysRecordsAndKeepsTheirOrder() {
    startRun();
    log.refusals = 2;
    sampleAndScore(0, 0);
    sampleAndScore(1, 0);
    assertThat(log.batches()).isEmpty();
    for (int i = 0; i < 4; i++) {
      hello(LEARNER, 0, 100);
      environment.advance(Duration.ofMillis(250));
    }
    assertThat(log.batches()).containsExactly(List.of(0L, 1L));
  }

  @Test
  void checkpointAllowsToPurgeWhatNoLearnerNeeds() {
    startRun();
    trainStep(1);
    long position = log.nextIndex();
    core.on(new CheckpointSaved(1, LEARNER, 1, position - 1));
    commit();
    assertThat(log.records.getLast()).isInstanceOf(LogRecord.Checkpointed.class);
    assertThat(log.first).isEqualTo(position - 1);

    core = core(new LedgerLimits(3, 2, 0, 2));
    lead(2);
    assertThat(core.status().orElseThrow().step()).isEqualTo(1);
    assertThat(core.status().orElseThrow().groupsTrained()).isEqualTo(2);
  }

  @Test
  void viewHasThePrimaryThatKeepsTheRunAndObserversUntilTheyAreCaughtUp() {
    startRun();
    trainStep(1);
    hello(OTHER_LEARNER, 0, 100);
    View view = environment.take(OTHER_LEARNER, View.class).getLast();
    assertThat(view.learners()).containsExactly(LEARNER);
    assertThat(view.observers()).containsExactly(OTHER_LEARNER);
    assertThat(view.primary()).isEqualTo(LEARNER);
    trained(OTHER_LEARNER, 1, 101);
    assertThat(environment.take(LEARNER, View.class).getLast().learners())
        .containsExactly(LEARNER, OTHER_LEARNER);
    core.nodeGone(LEARNER);
    assertThat(environment.take(OTHER_LEARNER, View.class).getLast().primary())
        .isEqualTo(OTHER_LEARNER);
  }

  @Test
  void aPrimaryThatIsFarBehindGivesWayToALearnerThatIsNot() {
    LedgerLimits limits = new LedgerLimits(20, 2, 0, 2);
    core = core(limits);
    startRun();
    for (int step = 1; step <= 10; step++) {
      trainStep(step);
    }
    core = core(limits); // the coordinator starts again
    lead(2);
    core.on(new LearnerHello(2, LEARNER, 0, 100, 0, true));
    assertThat(environment.take(LEARNER, View.class).getLast().primary()).isEqualTo(LEARNER);
    core.on(new LearnerHello(2, OTHER_LEARNER, 10, 110, 0, false));
    assertThat(environment.take(LEARNER, View.class).getLast().primary()).isEqualTo(OTHER_LEARNER);
    core.on(new LearnerHello(2, LEARNER, 10, 110, 0, true));
    assertThat(environment.take(OTHER_LEARNER, View.class).getLast().primary()).isEqualTo(LEARNER);
  }

  @Test
  void runEndsWithTheResultsOfThePrimary() {
    startRun();
    trainStep(1);
    trainStep(2);
    trainStep(3);
    assertThat(environment.take(LEARNER, Finish.class)).contains(new Finish(1, 3));
    core.on(new Finished(1, LEARNER, 3, Map.of()));
    assertThat(ended).containsExactly("3 ");
    hello(OTHER_ROLLOUT, 0);
    assertThat(environment.take(OTHER_ROLLOUT, Shutdown.class)).hasSize(1);
  }

  @Test
  void runEndsWhenItsFollowersHaveTheLastWeights() {
    finishWithAFollower();
    assertThat(ended).isEmpty();
    assertThat(environment.take(LEARNER, Shutdown.class)).isEmpty(); // it is the source
    core.on(new WeightsReady(1, OTHER_ROLLOUT, 3));
    assertThat(ended).containsExactly("3 ");
    assertThat(environment.take(OTHER_ROLLOUT, Shutdown.class)).hasSize(1);
  }

  @Test
  void runEndsWithoutAFollowerThatIsGone() {
    finishWithAFollower();
    core.nodeGone(OTHER_ROLLOUT);
    assertThat(ended).containsExactly("3 ");
  }

  @Test
  void runWaitsForALimitedTimeForAFollowerThatDoesNotTakeTheLastWeights() {
    finishWithAFollower();
    for (int i = 0; i < 15; i++) {
      assertThat(ended).isEmpty();
      environment.advance(Duration.ofSeconds(1));
      hello(LEARNER, 3, 103);
      core.on(new RolloutHello(1, OTHER_ROLLOUT, 2, 0, List.of()));
    }
    assertThat(ended).containsExactly("3 ");
  }

  /** The results are written before the last weights have reached a node without credits. */
  private void finishWithAFollower() {
    startRun();
    core.on(new RolloutHello(1, OTHER_ROLLOUT, 0, 0, List.of()));
    trainStep(1);
    trainStep(2);
    core.on(new WeightsReady(1, OTHER_ROLLOUT, 2));
    trainStep(3);
    core.on(new Finished(1, LEARNER, 3, Map.of()));
  }

  @Test
  void stopEndsTheRunAfterTheCurrentStep() {
    startRun();
    sampleAndScore(0, 0);
    sampleAndScore(1, 0);
    commit();
    core.stopRun();
    assertThat(environment.take(LEARNER, Finish.class)).isEmpty();
    trained(LEARNER, 1, 101);
    assertThat(environment.take(LEARNER, Finish.class)).contains(new Finish(1, 1));
    core.on(new Finished(1, LEARNER, 1, Map.of()));
    assertThat(ended).containsExactly("1 ");
  }

  @Test
  void runFailsWhenNoLearnerCanTrain() {
    startRun();
    hello(OTHER_LEARNER, 0, 100);
    core.on(new TrainingFailed(1, LEARNER, 0, "loss is NaN"));
    assertThat(ended).isEmpty();
    core.on(new TrainingFailed(1, OTHER_LEARNER, 0, "loss is NaN"));
    assertThat(ended).containsExactly("0 learner learner-2 failed after step 0: loss is NaN");
  }

  @Test
  void samplesThatDoNotReachTheirRewardNodeGoToAnotherOne() {
    startRun();
    core.on(new Decoded(1, ROLLOUT, 0, 0));
    core.on(new Decoded(1, ROLLOUT, 1, 0));
    environment.take(Assign.class);
    Duration step = TestCluster.DEADLINES.silence().dividedBy(2);
    for (int i = 0; i < 5; i++) { // more than twice the silence
      environment.advance(step);
      hello(LEARNER, 0, 100);
      hello(OTHER_REWARD);
      core.on(new RewardHello(1, REWARD, List.of(new HeldGroup(1, 0, false))));
      hello(ROLLOUT, 0, new HeldGroup(0, 0, true), new HeldGroup(1, 0, true));
    }
    assertThat(environment.take(ROLLOUT, Assign.class))
        .containsExactly(new Assign(1, 0, 0, 0, OTHER_REWARD));
  }

  @Test
  void weightsSpreadAsATree() {
    lead(1);
    hello(LEARNER, 0, 100);
    for (int i = 1; i <= 20; i++) {
      hello(new NodeId("r" + i, 1), -1);
    }
    List<NewVersion> offers = environment.take(NewVersion.class);
    assertThat(offers).hasSize(3); // as many as one source serves at once
    core.on(new WeightsReady(1, new NodeId("r1", 1), 0));
    assertThat(environment.take(NewVersion.class)).hasSize(4); // one more source, one free place
  }
}
