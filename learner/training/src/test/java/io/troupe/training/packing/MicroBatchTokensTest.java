package io.troupe.training.packing;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.lm.LMConfig;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MicroBatchTokensTest {
  private static LMConfig model(int vocab, int hidden, int layers) {
    return new LMConfig(
        "llama",
        vocab,
        hidden,
        layers,
        2,
        2,
        hidden / 2,
        2048,
        Set.of(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  @Test
  void smallModelsUseTheMaximum() {
    assertThat(MicroBatchTokens.derived(model(64, 128, 4), 1_060_000)).isEqualTo(8192);
    assertThat(MicroBatchTokens.derived(model(32_000, 288, 6), 15_200_000)).isEqualTo(8192);
  }

  @Test
  void activationsOfLargeModelsAreBounded() {
    int tokens = MicroBatchTokens.derived(model(151_936, 896, 24), 494_000_000);
    long bytesOfToken = 4L * 24 * (8 * 896 + 2 * 4864); // what a layer of Qwen2-0.5B keeps

    assertThat(tokens * bytesOfToken).isBetween(2L << 30, 4L << 30);
  }
}
