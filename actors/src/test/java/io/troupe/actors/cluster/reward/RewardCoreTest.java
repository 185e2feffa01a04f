package io.troupe.actors.cluster.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.protocol.BulkMessage.Sampled;
import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.Received;
import io.troupe.actors.cluster.protocol.ControlMessage.Revoke;
import io.troupe.actors.cluster.protocol.ControlMessage.RewardHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.HeldGroup;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.testing.HashPolicy;
import io.troupe.actors.cluster.testing.ScriptedEnvironment;
import io.troupe.actors.cluster.testing.TestCluster;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RewardCoreTest {
  private static final NodeId SELF = new NodeId("reward-1", 1);
  private static final NodeId COORDINATOR = new NodeId("coordinator", 1);
  private static final NodeId NEXT_COORDINATOR = new NodeId("coordinator", 2);
  private static final NodeId ROLLOUT = new NodeId("rollout-1", 1);
  private static final Score ONE = new Score.Scored(1, Map.of());

  private final ScriptedEnvironment environment = new ScriptedEnvironment();
  private final Work work = new Work();
  private final RewardCore core =
      new RewardCore(
          SELF, new RewardSettings(1, 3, TestCluster.DEADLINES), environment, work, _ -> {});

  /** Completes work on request. */
  private static final class Work implements ScoringWork {
    final List<Consumer<Score>> scoring = new ArrayList<>();
    int abandoned;

    @Override
    public Scoring score(SampledGroup group, int first, Consumer<Score> each) {
      scoring.add(each);
      return new Scoring() {
        @Override
        public String reward() {
          return "slow";
        }

        @Override
        public void abandon() {
          abandoned++;
        }
      };
    }

    void complete() {
      scoring.getLast().accept(ONE);
    }
  }

  @BeforeEach
  void welcome() {
    core.start();
    core.on(new Welcome(1, COORDINATOR, 0, 0));
    environment.clear();
  }

  private static Sampled sampled(long groupId, long epoch, int attempt, long version) {
    return new Sampled(
        epoch, attempt, HashPolicy.sample(HashPolicy.spec(groupId), version, version), ROLLOUT);
  }

  private void score(long groupId) {
    core.on(sampled(groupId, 1, 0, 0));
    work.complete();
    work.complete();
  }

  @Test
  void scoresAreSentUntilTheyAreReceivedAndKeptUntilTheyAreAccepted() {
    score(4);
    assertThat(environment.take(ROLLOUT, Received.class)).hasSize(1);
    assertThat(environment.take(COORDINATOR, Scored.class).getFirst().group().scores())
        .containsExactly(ONE, ONE);
    environment.advance(Duration.ofSeconds(2));
    assertThat(environment.take(COORDINATOR, Scored.class)).hasSize(2);

    core.on(new Received(1, 4, 0));
    environment.advance(Duration.ofSeconds(2));
    assertThat(environment.take(COORDINATOR, Scored.class)).isEmpty();
    assertThat(environment.take(RewardHello.class)).isNotEmpty();
    assertThat(core.numGroups()).isEqualTo(1);

    core.on(new Accepted(1, 4));
    assertThat(core.numGroups()).isZero();
  }

  @Test
  void newCoordinatorGetsTheScoresAgain() {
    score(4);
    core.on(new Received(1, 4, 0));
    environment.clear();
    core.on(new Welcome(2, NEXT_COORDINATOR, 0, 0));
    assertThat(environment.take(NEXT_COORDINATOR, Scored.class)).hasSize(1);
  }

  @Test
  void sampleThatMissesItsDeadlineIsUnscorable() {
    core.on(sampled(4, 1, 0, 0));
    environment.advance(TestCluster.DEADLINES.reward());
    assertThat(work.abandoned).isEqualTo(1);
    work.scoring.getFirst().accept(ONE); // too late: the rest is scored anew
    work.complete();
    assertThat(environment.take(Scored.class).getFirst().group().scores())
        .containsExactly(new Score.Unscorable("timeout: slow"), ONE);
    assertThat(core.numTimeouts()).isEqualTo(1);
  }

  @Test
  void deadlineThatPassesInAPauseIsNoResult() {
    core.on(sampled(4, 1, 0, 0));
    environment.advance(Duration.ofSeconds(1));
    environment.pause(Duration.ofSeconds(30));
    assertThat(work.scoring).hasSize(2); // the same sample, once more
    work.complete();
    work.complete();
    assertThat(environment.take(Scored.class).getFirst().group().scores())
        .containsExactly(ONE, ONE);
    assertThat(core.numTimeouts()).isZero();
  }

  @Test
  void repeatedSamplesAreScoredOnceAndNewerOnesReplaceThem() {
    core.on(sampled(4, 1, 0, 0));
    core.on(sampled(4, 1, 0, 0));
    assertThat(work.scoring).hasSize(1);
    core.on(sampled(4, 1, 1, 0)); // the same tokens under a newer assignment
    assertThat(work.scoring).hasSize(1);
    core.on(sampled(4, 1, 2, 5)); // other tokens
    assertThat(work.abandoned).isEqualTo(1);
    assertThat(work.scoring).hasSize(2);
    core.on(sampled(4, 1, 0, 0));
    assertThat(core.rejections().of(Rejection.NOT_EXPECTED)).isEqualTo(1);
    work.complete();
    work.complete();
    assertThat(environment.take(Scored.class).getFirst().attempt()).isEqualTo(2);
  }

  @Test
  void samplesBeyondTheLimitAreNotReceived() {
    for (long groupId = 0; groupId < 5; groupId++) {
      core.on(sampled(groupId, 1, 0, 0));
    }
    assertThat(core.numGroups()).isEqualTo(3);
    assertThat(environment.take(ROLLOUT, Received.class)).hasSize(3);
    assertThat(core.rejections().of(Rejection.NO_SPACE)).isEqualTo(2);
  }

  @Test
  void revokedGroupMakesPlaceForTheNext() {
    core.on(sampled(1, 1, 0, 0));
    core.on(sampled(2, 1, 0, 0));
    assertThat(work.scoring).hasSize(1);
    core.on(new Revoke(1, 1, 0));
    assertThat(work.scoring).hasSize(2);
    environment.advance(Duration.ofSeconds(1));
    assertThat(environment.take(RewardHello.class).getLast().held())
        .containsExactly(new HeldGroup(2, 0, false));
  }

  @Test
  void olderCoordinatorsAreRejected() {
    score(4);
    core.on(new Welcome(2, NEXT_COORDINATOR, 0, 0));
    core.on(new Accepted(1, 4));
    assertThat(core.numGroups()).isEqualTo(1);
    assertThat(core.rejections().of(Rejection.OLD_EPOCH)).isEqualTo(1);
  }
}
