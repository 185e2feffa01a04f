package io.troupe.actors.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.protocol.ControlMessage.Leaving;
import io.troupe.actors.cluster.protocol.ControlMessage.RewardHello;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.testing.ScriptedEnvironment;
import io.troupe.actors.cluster.testing.TestCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoordinatorLinkTest {
  private static final NodeId A = new NodeId("a", 1);
  private static final NodeId B = new NodeId("b", 1);
  private static final NodeId C = new NodeId("c", 1);
  private static final NodeId SELF = new NodeId("self", 1);

  private final ScriptedEnvironment environment = new ScriptedEnvironment();
  private final CoordinatorLink link = new CoordinatorLink(environment, TestCluster.DEADLINES);

  private List<RewardHello> helloTo(NodeId node) {
    return environment.take(node, RewardHello.class);
  }

  private void sendHello() {
    link.sendHello(new RewardHello(link.epoch(), SELF, List.of()));
  }

  @Test
  void hellosGoToAllCandidatesUntilOneAnswersAndAgainWhenItIsSilent() {
    link.candidates(List.of(A, B));
    sendHello();
    assertThat(helloTo(A)).hasSize(1);
    assertThat(helloTo(B)).hasSize(1);
    link.accepts(1);
    link.welcome(new Welcome(1, B, 0, 0));
    sendHello();
    assertThat(helloTo(A)).isEmpty();
    assertThat(helloTo(B)).hasSize(1);
    environment.advance(Duration.ofMillis(1100));
    sendHello();
    assertThat(helloTo(A)).hasSize(1);
    assertThat(helloTo(B)).hasSize(1);
  }

  @Test
  void coordinatorThatIsNoCandidateAnyMoreIsGone() {
    link.candidates(List.of(A, B));
    link.accepts(1);
    link.welcome(new Welcome(1, A, 0, 0));
    assertThat(link.candidates(List.of(A, B, C))).isFalse();
    assertThat(link.candidates(List.of(B, new NodeId("a", 2)))).isTrue();
    assertThat(link.coordinator()).isEmpty();
    link.send(new Leaving(1, SELF));
    assertThat(environment.take(Leaving.class)).isEmpty();
  }

  @Test
  void newerEpochReplacesTheCoordinatorAndOlderOnesAreRejected() {
    assertThat(link.accepts(2)).isTrue();
    assertThat(link.welcome(new Welcome(2, A, 0, 0))).isTrue();
    assertThat(link.welcome(new Welcome(2, A, 0, 0))).isFalse();
    assertThat(link.accepts(1)).isFalse();
    assertThat(link.accepts(3)).isTrue();
    assertThat(link.coordinator()).isEmpty();
    assertThat(link.epoch()).isEqualTo(3);
  }

  @Test
  void gapIsLongerThanTheLimit() {
    ClockGaps gaps = new ClockGaps(Duration.ofSeconds(2), 0);
    assertThat(gaps.observe(2_000_000_000L)).isFalse();
    assertThat(gaps.hasGapSince(0)).isFalse();
    assertThat(gaps.observe(4_000_000_001L)).isTrue();
    assertThat(gaps.hasGapSince(2_000_000_000L)).isTrue();
    assertThat(gaps.hasGapSince(5_000_000_000L)).isFalse();
    assertThat(gaps.numGaps()).isEqualTo(1);
  }
}
