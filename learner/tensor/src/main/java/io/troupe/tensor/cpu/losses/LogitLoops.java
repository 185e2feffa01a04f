package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.reductions.SumLoops;

/**
 * Loops over neighboring logits of one row. All give the same bits. Sums are those of the elements
 * that whole vectors cover.
 */
sealed interface LogitLoops permits GeneratedLogits, VectorLogits {
  /** Stands for -infinity where it is multiplied with a probability of 0. */
  float LOWEST = -1e30f;

  /** The loops of this machine. */
  LogitLoops BEST =
      Isa.ofMachine().<LogitLoops>map(GeneratedLogits::new).orElseGet(VectorLogits::new);

  /** Sums over exponentials {@code e = exp(d)} with {@code d = (x - max) / temperature}. */
  record Sums(float exp, float expTimesD, float d) {}

  /** The largest element. Which one it is among NaN is open: the sums are then NaN. */
  float max(long x, int n);

  /** The sum for the log-probability; the others are 0. */
  Sums sumOfExp(long x, float max, float invTemperature, int n);

  /**
   * The sums for the log-probability, the entropy and the mean log-probability.
   *
   * @param n at most {@link SumLoops#BLOCK}
   */
  Sums sums(long x, float max, float invTemperature, int n);

  /**
   * {@code dx = p * factor + shift} with {@code p = exp(x / temperature - lse)}, of all elements.
   */
  void grad(long dx, long x, float lse, float invTemperature, float factor, float shift, int n);
}
