package io.troupe.training.generated;

/** The mean and the covariance of feature vectors, accumulated one by one. Not thread-safe. */
final class FeatureStatistics {
  private final double[] sums;
  private final double[][] products;
  private long count;

  /** Statistics without vectors. */
  FeatureStatistics(int size) {
    this.sums = new double[size];
    this.products = new double[size][size];
  }

  /**
   * Adds vectors.
   *
   * @param vectors one after the other
   */
  void add(double[] vectors) {
    int size = sums.length;
    for (int from = 0; from < vectors.length; from += size) {
      for (int i = 0; i < size; i++) {
        sums[i] += vectors[from + i];
        for (int j = 0; j <= i; j++) {
          products[i][j] += vectors[from + i] * vectors[from + j];
        }
      }
      count++;
    }
  }

  /** The number of vectors. */
  long count() {
    return count;
  }

  double[] mean() {
    double[] mean = new double[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = sums[i] / count;
    }
    return mean;
  }

  /** The unbiased covariance. */
  double[][] covariance() {
    double[] mean = mean();
    double[][] covariance = new double[mean.length][mean.length];
    for (int i = 0; i < mean.length; i++) {
      for (int j = 0; j <= i; j++) {
        covariance[i][j] = (products[i][j] - count * mean[i] * mean[j]) / (count - 1);
        covariance[j][i] = covariance[i][j];
      }
    }
    return covariance;
  }
}
