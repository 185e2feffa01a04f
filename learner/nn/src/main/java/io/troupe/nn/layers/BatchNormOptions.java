package io.troupe.nn.layers;

/**
 * The options of a batch normalization, with PyTorch's names and defaults: {@code
 * BatchNormOptions.defaults().withMomentum(0.01)}.
 *
 * @param eps added to the variance
 * @param momentum weight of the latest batch in the running statistics; NaN for the mean over all
 *     batches, PyTorch's {@code None}
 * @param affine whether there are a weight and a bias
 * @param trackRunningStats whether evaluation uses running statistics instead of the batch's own
 */
public record BatchNormOptions(
    double eps, double momentum, boolean affine, boolean trackRunningStats) {

  /** PyTorch's defaults: eps 1e-5, momentum 0.1, affine, running statistics. */
  public static BatchNormOptions defaults() {
    return new BatchNormOptions(1e-5, 0.1, true, true);
  }

  /** With another eps. */
  public BatchNormOptions withEps(double value) {
    return new BatchNormOptions(value, momentum, affine, trackRunningStats);
  }

  /** With another momentum. */
  public BatchNormOptions withMomentum(double value) {
    return new BatchNormOptions(eps, value, affine, trackRunningStats);
  }

  /** With the mean over all batches as running statistics. */
  public BatchNormOptions withCumulativeAverage() {
    return withMomentum(Double.NaN);
  }

  /** Without weight and bias. */
  public BatchNormOptions withoutAffine() {
    return new BatchNormOptions(eps, momentum, false, trackRunningStats);
  }

  /** With the statistics of each batch in evaluation as well. */
  public BatchNormOptions withoutRunningStats() {
    return new BatchNormOptions(eps, momentum, affine, false);
  }
}
