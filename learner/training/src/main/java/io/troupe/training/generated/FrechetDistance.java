package io.troupe.training.generated;

/**
 * The Frechet distance of two normal distributions (arXiv:1706.08500, equation 6): with means m and
 * covariances C, {@code |m1 - m2|^2 + trace(C1 + C2 - 2 (C1 C2)^(1/2))}.
 */
final class FrechetDistance {
  private FrechetDistance() {}

  /** The distance of the normal distributions with the statistics of two sets of features. */
  static double of(FeatureStatistics first, FeatureStatistics second) {
    return of(first.mean(), first.covariance(), second.mean(), second.covariance());
  }

  /** The distance of two normal distributions. */
  static double of(double[] firstMean, double[][] first, double[] secondMean, double[][] second) {
    double distance = 0;
    for (int i = 0; i < firstMean.length; i++) {
      double difference = firstMean[i] - secondMean[i];
      distance += difference * difference + first[i][i] + second[i][i];
    }
    // C1 C2 has the eigenvalues of the symmetric C1^(1/2) C2 C1^(1/2)
    double[][] root = new SymmetricMatrix(first).root();
    double[][] symmetric = product(product(root, second), root);
    return distance - 2 * new SymmetricMatrix(symmetric).traceOfRoot();
  }

  private static double[][] product(double[][] a, double[][] b) {
    int size = a.length;
    double[][] product = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < size; k++) {
        for (int j = 0; j < size; j++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }
}
