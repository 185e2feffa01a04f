package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;

/**
 * Sums over a row of exponentials {@code e = exp(d)} with {@code d = (x - max) / temperature}, in
 * double precision. The sums of blocks are added in order, then the elements that do not fill a
 * vector: what is sampled without the entropy has the log-probability that the learner computes
 * with it.
 */
final class Statistics {
  private final double max;
  private final double temperature;
  private final int vocab;
  private double exp;
  private double expTimesD;
  private double sum;

  Statistics(double max, double temperature, int vocab) {
    this.max = max;
    this.temperature = temperature;
    this.vocab = vocab;
  }

  /**
   * Those of a row of floats.
   *
   * @param x address of the row
   * @param sums of all blocks
   */
  static Statistics of(
      LogitBlocks blocks, LogitLoops.Sums[] sums, int row, long x, float max, double temperature) {
    Statistics statistics = new Statistics(max, temperature, blocks.vocab());
    for (int block = 0; block < blocks.count(); block++) {
      statistics.add(sums[blocks.index(row, block)]);
    }
    statistics.addRest(x, max, (float) (1 / temperature));
    return statistics;
  }

  /** Adds the sums of a block. */
  private void add(LogitLoops.Sums sums) {
    exp += sums.exp();
    expTimesD += sums.expTimesD();
    sum += sums.d();
  }

  /** Adds one element. */
  void add(double d, double e) {
    exp += e;
    expTimesD += e * Math.max(d, LogitLoops.LOWEST);
    sum += d;
  }

  /** Adds the last elements of a row of floats, which do not fill a vector. */
  private void addRest(long x, float highest, float invTemperature) {
    for (int i = Lanes.whole(vocab); i < vocab; i++) {
      float d = (Memory.getFloat(x + 4L * i) - highest) * invTemperature;
      float e = VectorMath.exp(d);
      exp += e;
      expTimesD += e * Math.max(d, LogitLoops.LOWEST);
      sum += d;
    }
  }

  double logProb(double logit) {
    return (logit - max) / temperature - Math.log(exp);
  }

  double logSumExp() {
    return max / temperature + Math.log(exp);
  }

  /** The entropy in nats. */
  double entropy() {
    return Math.log(exp) - expTimesD / exp;
  }

  /** The mean log-probability of the vocabulary. */
  double mean() {
    return sum / vocab - Math.log(exp);
  }
}
