package io.troupe.actors.cluster.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeIdTest {
  @Test
  void namesAreShortAndPrintable() {
    assertThatThrownBy(() -> new NodeId("a b", 0))
        .hasMessage(
            "node must have a name of 1 to 255 printable characters without spaces, got \"a b\"");
    assertThatThrownBy(() -> new NodeId("", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NodeId("x".repeat(256), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NodeId("a", -1))
        .hasMessage("node a must have an incarnation >= 0, got -1");
  }

  @Test
  void orderIsByNameThenByIncarnation() {
    assertThat(
            List.of(new NodeId("b", 0), new NodeId("a", 2), new NodeId("a", 1)).stream().sorted())
        .containsExactly(new NodeId("a", 1), new NodeId("a", 2), new NodeId("b", 0));
  }

  @Test
  void rolesHaveLowerCaseLabels() {
    assertThat(Role.of("rollout")).isEqualTo(Role.ROLLOUT);
    assertThatThrownBy(() -> Role.of("judge"))
        .hasMessage("role must be one of coordinator, learner, rollout, reward, got judge");
  }

  @Test
  void readersOfAPayloadDoNotDisturbEachOther() {
    Payload payload =
        new Payload(List.of(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.allocate(3)));
    ByteBuffer part = payload.parts().getFirst();
    assertThat(part.get()).isEqualTo((byte) 1);
    assertThat(payload.parts().getFirst().get()).isEqualTo((byte) 1);
    assertThat(payload.sizeBytes()).isEqualTo(5);
    assertThat(part.isReadOnly()).isTrue();
  }
}
