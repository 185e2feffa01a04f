package io.troupe.training.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.protocols.config.ScaleRewards;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdvantagesTest {
  private static final double NONE = Double.NaN;
  private static final ScaleRewards GROUP = new ScaleRewards.ByGroup();

  @ParameterizedTest
  @ValueSource(strings = {"group", "batch", "none"})
  void advantagesOfEqualRewardsAreZero(String scale) {
    for (int seed = 0; seed < 200; seed++) {
      double reward = 10 * Philox.of(seed).uniform(0) - 5;
      double[] rewards = new double[7];
      Arrays.fill(rewards, reward);
      rewards[6] = reward + 1; // in a separate group

      double[] values =
          Advantages.of(ScaleRewards.BY_NAME.get(scale), rewards, new int[] {6, 1}).values();
      assertThat(values).as("seed %d, reward %s", seed, reward).containsOnly(0);
    }
  }

  @Test
  void dividesByStandardDeviationOfNMinusOneAndEpsilon() {
    double[] values = Advantages.of(GROUP, new double[] {0, 1}, new int[] {2}).values();

    double std = Math.sqrt(0.5);
    assertThat(values[1]).isCloseTo(0.5 / (std + 1e-4), within(1e-15));
    assertThat(values[0]).isEqualTo(-values[1]);
  }

  @Test
  void unscorableSampleIsExcludedAndHasZeroAdvantage() {
    double[] with = Advantages.of(GROUP, new double[] {0, NONE, 1, 0.25}, new int[] {4}).values();
    double[] without = Advantages.of(GROUP, new double[] {0, 1, 0.25}, new int[] {3}).values();

    assertThat(with[1]).isZero();
    assertThat(new double[] {with[0], with[2], with[3]}).isEqualTo(without);
  }

  @ParameterizedTest
  @CsvSource({"group, 0", "batch, 0", "none, 0"})
  void groupWithOneScoreHasZeroAdvantages(String scale, double expected) {
    double[] rewards = {NONE, 1, NONE, 0, 1, 0.5};

    double[] values =
        Advantages.of(ScaleRewards.BY_NAME.get(scale), rewards, new int[] {3, 3}).values();
    assertThat(Arrays.copyOf(values, 3)).containsOnly(expected);
    assertThat(values[3]).isNegative();
  }

  @Test
  void advantagesOfAGroupSumToZero() {
    for (int seed = 0; seed < 100; seed++) {
      Philox random = Philox.of(seed);
      double[] rewards = new double[24];
      for (int i = 0; i < rewards.length; i++) {
        rewards[i] = random.uniform(i) < 0.1 ? NONE : random.uniform(100 + i);
      }
      double[] values = Advantages.of(GROUP, rewards, new int[] {8, 8, 8}).values();
      for (int g = 0; g < 3; g++) {
        double sum = Arrays.stream(values, 8 * g, 8 * g + 8).sum();
        assertThat(sum).as("seed %d, group %d", seed, g).isCloseTo(0, within(1e-12));
      }
    }
  }

  @Test
  void fractionOfGroupsWithZeroStdIsReported() {
    double[] rewards = {1, 1, 0, 1, NONE, NONE};

    assertThat(Advantages.of(GROUP, rewards, new int[] {2, 2, 2}).fracRewardZeroStd())
        .isEqualTo(1.0 / 3); // an undefined standard deviation does not count as 0
  }
}
