package io.troupe.training.supervised;

/**
 * The metric of an evaluation by which checkpoints are compared.
 *
 * @param metric its name, such as {@code eval_accuracy}
 * @param isBetterHigh whether higher values are better, as for accuracy, or lower ones, as for a
 *     loss
 */
public record Monitor(String metric, boolean isBetterHigh) {
  /** Accuracy: the fraction of examples that are classified correctly. */
  public static final Monitor ACCURACY = new Monitor("eval_accuracy", true);

  /** The mean of the F1 of all classes. */
  public static final Monitor MACRO_F1 = new Monitor("eval_macro_f1", true);

  /** The loss. */
  public static final Monitor LOSS = new Monitor("eval_loss", false);

  /** Returns whether {@code value} is better than {@code best} by more than {@code minDelta}. */
  public boolean isBetter(double value, double best, double minDelta) {
    if (Double.isNaN(best)) {
      return !Double.isNaN(value);
    }
    return isBetterHigh ? value > best + minDelta : value < best - minDelta;
  }
}
