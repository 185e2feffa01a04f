package io.troupe.serving.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.serving.model.Weights;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class UpdateLogTest {
  private static final String CHECKSUM = "ab".repeat(32);

  private final Queue<Runnable> waits = new ArrayDeque<>();
  private final List<String> lines = new ArrayList<>();
  private final UpdateLog log = new UpdateLog(waits::add, lines::add);

  private void update(long version) {
    log.updated(new Weights(version, CHECKSUM, "run 5"), Duration.ofMillis(12));
  }

  @Test
  void aSingleUpdateIsLoggedAtOnce() {
    update(1);
    assertThat(lines)
        .containsExactly("weights version 1 of run 5 after 12 ms, checksum abababababab");
    waits.remove().run();
    assertThat(lines).hasSize(1);
    assertThat(waits).isEmpty();
    update(2);
    assertThat(lines).hasSize(2);
  }

  @Test
  void manyUpdatesHaveOneLinePerIntervalWithTheNewestVersion() {
    for (long version = 1; version <= 30; version++) {
      update(version);
    }
    assertThat(lines).hasSize(1);
    waits.remove().run();
    assertThat(lines).hasSize(2);
    assertThat(lines.getLast()).startsWith("weights version 30").endsWith("(29 updates)");
    update(31);
    assertThat(lines).hasSize(2);
    waits.remove().run();
    assertThat(lines.getLast()).startsWith("weights version 31").doesNotContain("updates");
    waits.remove().run();
    assertThat(waits).isEmpty();
  }
}
