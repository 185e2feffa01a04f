package io.troupe.tensor.backend;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The scores of attention before the softmax: a scaled product of query and key, optionally bounded
 * by a soft cap, and hidden outside an optional sliding window.
 *
 * @param scale multiplies the product of query and key, normally 1 / sqrt(headDim)
 * @param softCap bounds the scores: a score s becomes {@code softCap * tanh(s / softCap)}
 *     (arXiv:2408.00118, section 2); above 0
 * @param window the number of positions that a row attends to, its own and those before it
 *     (arXiv:2310.06825, section 2); empty for all positions; above 0
 */
public record AttentionScores(double scale, OptionalDouble softCap, OptionalInt window) {
  /** Checks the ranges. */
  public AttentionScores {
    if (softCap.isPresent() && !(softCap.getAsDouble() > 0)) {
      throw new IllegalArgumentException(
          "the soft cap of attention must be above 0, got " + softCap.getAsDouble());
    }
    if (window.isPresent() && window.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "the sliding window of attention must be at least 1 position, got " + window.getAsInt());
    }
  }

  /** Scaled scores of all earlier positions. */
  public static AttentionScores scaled(double scale) {
    return new AttentionScores(scale, OptionalDouble.empty(), OptionalInt.empty());
  }

  /** These scores with another soft cap. */
  public AttentionScores withSoftCap(OptionalDouble cap) {
    return new AttentionScores(scale, cap, window);
  }

  /** These scores with another window. */
  public AttentionScores withWindow(OptionalInt positions) {
    return new AttentionScores(scale, softCap, positions);
  }

  /** The first position that a row at a position attends to. */
  public int firstVisible(int position) {
    return window.isPresent() ? Math.max(0, position - window.getAsInt() + 1) : 0;
  }

  /** A scaled score after the soft cap. */
  public double capped(double score) {
    return softCap.isPresent()
        ? softCap.getAsDouble() * Math.tanh(score / softCap.getAsDouble())
        : score;
  }

  /** The derivative of {@link #capped} where its result is {@code capped}. */
  public double slope(double capped) {
    if (softCap.isEmpty()) {
      return 1;
    }
    double tanh = capped / softCap.getAsDouble();
    return 1 - tanh * tanh;
  }
}
