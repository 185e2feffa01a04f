package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Scores with the Vector API. Each loop is short, with at most one function of a vector: the
 * compiler then keeps all vectors in registers.
 */
final class VectorScores implements ScoreKernels {
  private static final int PAGE = KvPages.PAGE_SIZE;
  private static final long WIDTH = 4L * Lanes.COUNT;

  @Override
  public void softmax(Scores scores, long sums, long max, long sum) {
    long row = scores.row();
    long top = scores.address();
    long bottom = top + scores.keys() * row;
    hide(scores.hidden(), row, scores.hiddenFrom(), scores.end(), scores.limits());
    max(top, bottom, row, max);
    exp(top, bottom, row, max);
    sum(top, bottom, row, sums, sum);
  }

  @Override
  public void gradient(Scores scores, long gradients, long logSums, long deltas) {
    long row = scores.row();
    long top = scores.address();
    hide(scores.hidden(), row, scores.hiddenFrom(), scores.end(), scores.limits());
    exp(top, top + scores.keys() * row, row, logSums);
    gradient(gradients, top, scores.keys(), row, deltas);
  }

  /**
   * Hides the keys {@code [from, to)} from the columns whose limit is before them.
   *
   * @param scores of key {@code from}; {@code row} bytes from one key to the next
   * @param limits the last position that each column attends to, as floats
   */
  private static void hide(long scores, long row, int from, int to, long limits) {
    FloatVector limit = Lanes.load(limits);
    FloatVector hidden = Lanes.all(Float.NEGATIVE_INFINITY);
    long at = scores;
    for (int key = from; key < to; key++) {
      FloatVector score = Lanes.load(at);
      Lanes.store(score.blend(hidden, limit.compare(VectorOperators.LT, key)), at);
      at += row;
    }
  }

  /** Writes the largest score of each column. */
  private static void max(long scores, long end, long row, long to) {
    FloatVector max = Lanes.load(scores);
    for (long score = scores + row; score < end; score += row) {
      FloatVector other = Lanes.load(score);
      // two instructions, where Java's rules of max for -0 and NaN take more
      max = max.blend(other, other.compare(VectorOperators.GT, max));
    }
    Lanes.store(max, to);
  }

  /** Replaces scores by {@code exp(score - subtrahend)}. */
  private static void exp(long scores, long end, long row, long subtrahend) {
    FloatVector minus = Lanes.load(subtrahend);
    for (long score = scores; score < end; score += row) {
      Lanes.store(VectorMath.exp(Lanes.load(score).sub(minus)), score);
    }
  }

  /**
   * Writes the sum of each column: the keys of each position modulo {@code PAGE_SIZE} in order,
   * then the {@code PAGE_SIZE} sums in halves.
   *
   * @param sums memory for {@code PAGE_SIZE} vectors
   */
  private static void sum(long scores, long end, long row, long sums, long to) {
    long ofPosition = sums;
    for (int i = 0; i < PAGE; i++) {
      FloatVector sum = FloatVector.zero(Lanes.SPECIES);
      for (long score = scores + i * row; score < end; score += PAGE * row) {
        sum = sum.add(Lanes.load(score));
      }
      Lanes.store(sum, ofPosition);
      ofPosition += WIDTH;
    }
    for (int half = PAGE / 2; half > 0; half /= 2) {
      long target = half == 1 ? to : sums;
      for (long at = 0; at < half * WIDTH; at += WIDTH) {
        Lanes.store(Lanes.load(sums + at).add(Lanes.load(sums + at + half * WIDTH)), target + at);
      }
    }
  }

  /** Replaces gradients of probabilities by those of scores: {@code p * (gradient - delta)}. */
  private static void gradient(
      long gradients, long probabilities, int keys, long row, long deltas) {
    FloatVector delta = Lanes.load(deltas);
    for (long at = 0; at < keys * row; at += row) {
      FloatVector gradient = Lanes.load(gradients + at).sub(delta);
      Lanes.store(Lanes.load(probabilities + at).mul(gradient), gradients + at);
    }
  }
}
