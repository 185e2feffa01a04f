package io.troupe.actors.cluster.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.protocol.BulkMessage.Sampled;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.Assign;
import io.troupe.actors.cluster.protocol.ControlMessage.Decoded;
import io.troupe.actors.cluster.protocol.ControlMessage.DecodingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.NewVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.NoWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.Received;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.Revoke;
import io.troupe.actors.cluster.protocol.ControlMessage.RolloutHello;
import io.troupe.actors.cluster.protocol.ControlMessage.WeightsReady;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.HeldGroup;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.testing.HashPolicy;
import io.troupe.actors.cluster.testing.ScriptedEnvironment;
import io.troupe.actors.cluster.testing.TestCluster;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RolloutCoreTest {
  private static final NodeId SELF = new NodeId("rollout-1", 1);
  private static final NodeId COORDINATOR = new NodeId("coordinator", 1);
  private static final NodeId NEXT_COORDINATOR = new NodeId("coordinator", 2);
  private static final NodeId REWARD = new NodeId("reward-1", 1);
  private static final NodeId OTHER_REWARD = new NodeId("reward-2", 1);
  private static final NodeId SOURCE = new NodeId("learner-1", 1);
  private static final NodeId OTHER_SOURCE = new NodeId("learner-2", 1);

  private final ScriptedEnvironment environment = new ScriptedEnvironment();
  private final Work work = new Work();
  private final List<String> shutdowns = new ArrayList<>();
  private final RolloutCore core =
      new RolloutCore(
          SELF,
          new RolloutSettings(2, TestCluster.DEADLINES),
          environment,
          work,
          HashPolicy::spec,
          shutdowns::add);

  /** Completes work on request. */
  private static final class Work implements DecodingWork {
    final Map<Long, Consumer<Outcome<SampledGroup>>> decoding = new LinkedHashMap<>();
    final List<Long> cancelled = new ArrayList<>();
    WeightsVersion swapping;
    Consumer<Outcome<Long>> swapped;

    @Override
    public void decode(GroupSpec group, Consumer<Outcome<SampledGroup>> done) {
      decoding.put(group.groupId(), done);
    }

    @Override
    public void cancel(long groupId) {
      cancelled.add(groupId);
    }

    @Override
    public void swap(WeightsVersion weights, Consumer<Outcome<Long>> done) {
      swapping = weights;
      swapped = done;
    }

    void complete(long groupId, long version) {
      decoding
          .remove(groupId)
          .accept(Outcome.done(HashPolicy.sample(HashPolicy.spec(groupId), version, version)));
    }
  }

  private static WeightsVersion weights(long version) {
    return new WeightsVersion(version, version * 10, Payload.of(new byte[] {1}));
  }

  @BeforeEach
  void welcome() {
    core.coordinators(List.of(COORDINATOR));
    core.start();
    core.on(new Welcome(1, COORDINATOR, 0, 0));
    environment.clear();
  }

  private void bring(long version) {
    core.on(new NewVersion(1, version, version * 10, List.of(SOURCE)));
    core.on(weights(version));
    work.swapped.accept(Outcome.done(version));
  }

  @Test
  void groupWaitsForTheVersionThatItNeeds() {
    core.on(new Assign(1, 5, 0, 1, REWARD));
    bring(0);
    assertThat(work.decoding).isEmpty();
    bring(1);
    assertThat(work.decoding).containsOnlyKeys(5L);
    assertThat(environment.take(WeightsReady.class))
        .extracting(WeightsReady::version)
        .containsExactly(0L, 1L);
  }

  @Test
  void samplesAreSentUntilTheyAreReceivedAndKeptUntilTheyAreAccepted() {
    bring(0);
    core.on(new Assign(1, 5, 0, 0, REWARD));
    work.complete(5, 0);
    assertThat(environment.take(COORDINATOR, Decoded.class)).hasSize(1);
    assertThat(environment.take(REWARD, Sampled.class)).hasSize(1);
    environment.advance(Duration.ofSeconds(2));
    assertThat(environment.take(REWARD, Sampled.class)).hasSize(2);

    core.on(new Received(1, 5, 0));
    environment.advance(Duration.ofSeconds(2));
    assertThat(environment.take(REWARD, Sampled.class)).isEmpty();
    assertThat(environment.take(RolloutHello.class).getLast().held())
        .containsExactly(new HeldGroup(5, 0, true));

    core.on(new Accepted(1, 5));
    assertThat(core.numGroups()).isZero();
  }

  @Test
  void samplesGoToAnotherRewardNodeWhenTheirsIsLost() {
    bring(0);
    core.on(new Assign(1, 5, 0, 0, REWARD));
    work.complete(5, 0);
    core.on(new Received(1, 5, 0));
    environment.clear();
    core.on(new Assign(1, 5, 0, 0, OTHER_REWARD));
    assertThat(environment.take(OTHER_REWARD, Sampled.class)).hasSize(1);
    assertThat(work.decoding).isEmpty();
  }

  @Test
  void groupsContinueWithoutACoordinatorAndTheNextOneLearnsOfThem() {
    bring(0);
    core.on(new Assign(1, 5, 0, 0, REWARD));
    core.on(new Assign(1, 6, 0, 0, REWARD));
    environment.advance(Duration.ofSeconds(30));
    work.complete(5, 0);
    assertThat(environment.take(REWARD, Sampled.class)).hasSize(1);

    core.coordinators(List.of(NEXT_COORDINATOR));
    environment.clear();
    environment.advance(Duration.ofSeconds(1));
    assertThat(environment.take(NEXT_COORDINATOR, RolloutHello.class).getFirst().held())
        .containsExactly(new HeldGroup(5, 0, true), new HeldGroup(6, 0, false));

    core.on(new Welcome(2, NEXT_COORDINATOR, 0, 0));
    core.on(new Assign(2, 5, 0, 0, OTHER_REWARD));
    assertThat(environment.take(OTHER_REWARD, Sampled.class))
        .extracting(Sampled::epoch)
        .containsExactly(2L);
  }

  @Test
  void olderCoordinatorsAreRejected() {
    bring(0);
    core.on(new Welcome(3, NEXT_COORDINATOR, 0, 0));
    core.on(new Assign(2, 5, 0, 0, REWARD));
    core.on(new NewVersion(2, 1, 10, List.of(SOURCE)));
    assertThat(core.numGroups()).isZero();
    assertThat(environment.take(RequestWeights.class)).hasSize(1); // of version 0
    assertThat(core.rejections().of(Rejection.OLD_EPOCH)).isEqualTo(2);
  }

  @Test
  void revokedGroupIsCancelledUnlessItsAssignmentIsNewer() {
    bring(0);
    core.on(new Assign(1, 5, 1, 0, REWARD));
    core.on(new Revoke(1, 5, 0));
    assertThat(core.numGroups()).isEqualTo(1);
    core.on(new Revoke(1, 5, 1));
    assertThat(core.numGroups()).isZero();
    assertThat(work.cancelled).containsExactly(5L);
  }

  @Test
  void assignmentsBeyondTheLimitAreRejected() {
    for (int id = 0; id < 20; id++) {
      core.on(new Assign(1, id, 0, 0, REWARD));
    }
    assertThat(core.numGroups()).isEqualTo(16);
    assertThat(core.rejections().of(Rejection.NO_SPACE)).isEqualTo(4);
  }

  @Test
  void failureOfDecodingIsReported() {
    bring(0);
    core.on(new Assign(1, 5, 2, 0, REWARD));
    work.decoding.get(5L).accept(Outcome.failed("out of memory"));
    assertThat(environment.take(DecodingFailed.class))
        .containsExactly(new DecodingFailed(1, SELF, 5, 2, "out of memory"));
    assertThat(core.numGroups()).isZero();
  }

  @Test
  void weightsComeFromTheNextSourceWhenTheFirstIsSilentOrHasNone() {
    core.on(new NewVersion(1, 3, 30, List.of(SOURCE, OTHER_SOURCE, REWARD)));
    assertThat(environment.take(SOURCE, RequestWeights.class)).hasSize(1);
    environment.advance(TestCluster.DEADLINES.silence());
    assertThat(environment.take(OTHER_SOURCE, RequestWeights.class)).hasSize(1);
    core.on(new NoWeights(1, OTHER_SOURCE, 3));
    assertThat(environment.take(REWARD, RequestWeights.class)).hasSize(1);
  }

  @Test
  void aSourceThatIsSendingIsNotSilent() {
    Duration most = TestCluster.DEADLINES.silence().minusMillis(1);
    core.on(new NewVersion(1, 3, 30, List.of(SOURCE, OTHER_SOURCE)));
    for (int i = 0; i < 10; i++) {
      environment.advance(most);
      core.arriving();
    }
    assertThat(environment.take(OTHER_SOURCE, RequestWeights.class)).isEmpty();
    environment.advance(TestCluster.DEADLINES.silence());
    assertThat(environment.take(OTHER_SOURCE, RequestWeights.class)).hasSize(1);
  }

  @Test
  void aSourceThatWasSilentIsAskedLast() {
    pullFromOtherSource();
    core.on(new NewVersion(1, 4, 40, List.of(SOURCE, OTHER_SOURCE)));
    assertThat(environment.take(SOURCE, RequestWeights.class)).isEmpty();
    assertThat(environment.take(OTHER_SOURCE, RequestWeights.class)).hasSize(1);
  }

  @Test
  void aSourceThatWasSilentIsLeftWhenAnotherOneIsNamed() {
    pullFromOtherSource();
    core.on(new NewVersion(1, 4, 40, List.of(SOURCE)));
    assertThat(environment.take(SOURCE, RequestWeights.class)).hasSize(1);
    core.on(new NewVersion(1, 4, 40, List.of(SOURCE, OTHER_SOURCE)));
    assertThat(environment.take(OTHER_SOURCE, RequestWeights.class)).hasSize(1);
  }

  /** The first source is silent, and the other one brings version 3. */
  private void pullFromOtherSource() {
    core.on(new NewVersion(1, 3, 30, List.of(SOURCE, OTHER_SOURCE)));
    environment.advance(TestCluster.DEADLINES.silence());
    core.on(weights(3));
    work.swapped.accept(Outcome.done(3L));
    environment.take(RequestWeights.class);
  }

  @Test
  void weightsWithAnotherChecksumOrVersionAreNotUsed() {
    core.on(new NewVersion(1, 3, 30, List.of(SOURCE, OTHER_SOURCE)));
    core.on(weights(4));
    assertThat(work.swapping).isNull();
    core.on(new WeightsVersion(3, 31, Payload.of(new byte[] {1})));
    assertThat(work.swapping).isNull();
    assertThat(core.rejections().of(Rejection.WRONG_CONTENT)).isEqualTo(1);
    assertThat(environment.take(OTHER_SOURCE, RequestWeights.class)).hasSize(1);
  }

  @Test
  void pullThatHasBegunIsFinishedBeforeANewerOne() {
    core.on(new NewVersion(1, 3, 30, List.of(SOURCE)));
    core.on(new NewVersion(1, 4, 40, List.of(SOURCE)));
    core.on(weights(3));
    work.swapped.accept(Outcome.done(3L));
    assertThat(core.policyVersion()).isEqualTo(3);
    assertThat(environment.take(RequestWeights.class))
        .extracting(RequestWeights::version)
        .containsExactly(3L, 4L);
  }

  @Test
  void newestTwoVersionsAreGivenToOthers() {
    bring(1);
    bring(2);
    bring(3);
    environment.clear();
    core.on(new RequestWeights(1, OTHER_REWARD, 1));
    core.on(new RequestWeights(1, OTHER_REWARD, 2));
    core.on(new RequestWeights(1, OTHER_REWARD, 3));
    assertThat(environment.take(OTHER_REWARD, NoWeights.class)).hasSize(1);
    assertThat(environment.take(OTHER_REWARD, WeightsVersion.class))
        .extracting(WeightsVersion::version)
        .containsExactly(2L, 3L);
  }

  @Test
  void otherSourcesOfTheSameVersionReplaceOneThatIsGone() {
    core.on(new NewVersion(1, 3, 30, List.of(SOURCE)));
    environment.take(RequestWeights.class);
    core.on(new NewVersion(1, 3, 30, List.of(OTHER_SOURCE)));
    assertThat(environment.take(OTHER_SOURCE, RequestWeights.class)).hasSize(1);
    core.on(new NewVersion(1, 3, 30, List.of(OTHER_SOURCE, REWARD)));
    assertThat(environment.take(RequestWeights.class)).isEmpty();
  }
}
