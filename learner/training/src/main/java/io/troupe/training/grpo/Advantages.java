package io.troupe.training.grpo;

import io.troupe.protocols.config.ScaleRewards;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Group-relative advantages of samples, as in TRL's {@code sum_then_normalize}.
 *
 * <p>A reward of NaN marks an unscorable sample: it is excluded from every mean and standard
 * deviation (divisor n - 1), and its advantage is 0. Advantages whose standard deviation is
 * undefined, because there are too few samples, are 0.
 *
 * @param values one per sample
 * @param fracRewardZeroStd fraction of samples whose scaling standard deviation is 0; they have no
 *     gradient
 */
@SuppressWarnings("ArrayRecordComponent") // created here, read by the trainer
public record Advantages(double[] values, double fracRewardZeroStd) {
  /** Keeps the division finite; TRL's constant. */
  static final double EPSILON = 1e-4;

  private static final double ZERO_STD = 1e-8; // torch.isclose to 0

  /**
   * Advantages of a batch.
   *
   * @param rewards by sample, in the order of the groups; NaN without a score
   * @param groupSizes samples of each group
   */
  public static Advantages of(ScaleRewards scale, double[] rewards, int[] groupSizes) {
    double[] values = new double[rewards.length];
    double batchStd = std(rewards);
    int zeroStd = 0;
    int first = 0;
    for (int size : groupSizes) {
      double[] group = Arrays.copyOfRange(rewards, first, first + size);
      double mean = mean(group);
      double std = scale instanceof ScaleRewards.ByBatch ? batchStd : std(group);
      double divisor = scale instanceof ScaleRewards.Unscaled ? 1 : std + EPSILON;
      for (int i = 0; i < size; i++) {
        double advantage = (group[i] - mean) / divisor;
        values[first + i] = Double.isNaN(advantage) ? 0 : advantage;
      }
      zeroStd += std <= ZERO_STD ? size : 0;
      first += size;
    }
    return new Advantages(values, (double) zeroStd / Math.max(1, rewards.length));
  }

  /** The mean of the values that are not NaN; NaN if all are. Exact if they are equal. */
  static double mean(double[] values) {
    double[] present = present(values);
    if (present.length == 0) {
      return Double.NaN;
    }
    double first = present[0];
    return first + DoubleStream.of(present).map(value -> value - first).sum() / present.length;
  }

  /** The standard deviation (n - 1) of the values that are not NaN; NaN for fewer than two. */
  static double std(double[] values) {
    double[] present = present(values);
    if (present.length < 2) {
      return Double.NaN;
    }
    double mean = mean(present);
    double squares = DoubleStream.of(present).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (present.length - 1));
  }

  private static double[] present(double[] values) {
    return DoubleStream.of(values).filter(value -> !Double.isNaN(value)).toArray();
  }
}
