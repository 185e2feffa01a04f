package io.troupe.streams.flight.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
  private final List<String> resumed = new ArrayList<>();

  private Runnable pump(String name) {
    return () -> resumed.add(name);
  }

  @Test
  void eventsWaitForPlacesInTheirOrder() {
    Gate gate = Gate.withoutCredits(2);
    assertThat(gate.enter(pump("a"))).isTrue();
    assertThat(gate.isShut()).isFalse();
    assertThat(gate.enter(pump("b"))).isTrue();
    assertThat(gate.isShut()).isTrue();
    assertThat(gate.enter(pump("c"))).isFalse();
    assertThat(gate.enter(pump("d"))).isFalse();
    assertThat(gate.enter(pump("e"))).isFalse();
    gate.leave(1);
    assertThat(resumed).containsExactly("c");
    assertThat(gate.enter(pump("c"))).isTrue();
    gate.leave(2);
    assertThat(resumed).containsExactly("c", "d", "e");
  }

  @Test
  void tokensWaitForCredits() {
    Gate gate = Gate.withCredits(9, 1);
    assertThat(gate.isShut()).isFalse();
    assertThat(gate.spend(pump("a"))).isTrue();
    assertThat(gate.isShut()).isTrue();
    assertThat(gate.spend(pump("a"))).isFalse();
    assertThat(gate.spend(pump("b"))).isFalse();
    gate.addCredits(1);
    assertThat(resumed).containsExactly("a");
    assertThat(gate.spend(pump("a"))).isTrue();
    gate.addCredits(Long.MAX_VALUE);
    gate.addCredits(Long.MAX_VALUE);
    assertThat(resumed).containsExactly("a", "b");
    assertThat(gate.spend(pump("b"))).isTrue();
  }

  @Test
  void aReaderWithoutCreditsNeedsNone() {
    Gate gate = Gate.withoutCredits(1);
    for (int i = 0; i < 100; i++) {
      assertThat(gate.spend(pump("a"))).isTrue();
    }
    assertThat(gate.isShut()).isFalse();
  }

  @Test
  void theEndOfCreditsIsNoticedWhenOneIsMissing() {
    Gate later = Gate.withCredits(9, 1);
    later.endCredits(pump("starved"));
    assertThat(later.spend(pump("a"))).isTrue();
    assertThat(resumed).isEmpty();
    assertThat(later.spend(pump("a"))).isFalse();
    assertThat(resumed).containsExactly("starved");
    Gate before = Gate.withCredits(9, 0);
    assertThat(before.spend(pump("b"))).isFalse();
    before.endCredits(pump("starved too"));
    assertThat(resumed).containsExactly("starved", "starved too");
  }
}
