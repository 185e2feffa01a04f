package io.troupe.training.supervised;

/**
 * A figure of an evaluation by which weights are compared.
 *
 * @param metric its name, such as {@code eval_accuracy}
 * @param isBetterHigh whether more is better, as of an accuracy, or less, as of a loss
 */
public record Monitor(String metric, boolean isBetterHigh) {
  /** By the share of examples that are right. */
  public static final Monitor ACCURACY = new Monitor("eval_accuracy", true);

  /** By the loss. */
  public static final Monitor LOSS = new Monitor("eval_loss", false);

  /** Whether {@code value} is better than {@code best} by more than {@code minDelta}. */
  public boolean isBetter(double value, double best, double minDelta) {
    if (Double.isNaN(best)) {
      return !Double.isNaN(value);
    }
    return isBetterHigh ? value > best + minDelta : value < best - minDelta;
  }
}
