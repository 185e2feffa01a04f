package io.troupe.nn.schedulers;

/**
 * The symmetric beta distribution on [0, 1].
 *
 * @param shape both parameters, above 0
 */
record BetaDistribution(double shape) {
  private static final int MAX_TERMS = 400;
  private static final int BISECTIONS = 80;
  private static final double TINY = 1e-300;

  /** The number below which a sample is with a probability. */
  double quantile(double probability) {
    if (probability <= 0 || probability >= 1) {
      return Math.clamp(probability, 0, 1);
    }
    double low = 0;
    double high = 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (cumulative(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22). */
  private double cumulative(double x) {
    if (x > 0.5) {
      return 1 - cumulative(1 - x);
    }
    if (x <= 0) {
      return 0;
    }
    double front =
        Math.exp(shape * (Math.log(x) + Math.log1p(-x)) - 2 * logGamma(shape) + logGamma(2 * shape))
            / shape;
    return front / fraction(x);
  }

  /** Evaluated backwards from a term whose effect is below the precision of doubles. */
  private double fraction(double x) {
    double value = 1;
    for (int n = MAX_TERMS; n >= 1; n--) {
      value = 1 + coefficient(n) * x / Math.max(value, TINY);
    }
    return value;
  }

  private double coefficient(int n) {
    int m = n / 2;
    double a = shape;
    return n % 2 == 0
        ? m * (a - m) / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (2 * a + m) / ((a + 2 * m) * (a + 2 * m + 1));
  }

  /** Stirling's series after shifting the argument above 10. */
  private static double logGamma(double x) {
    double shift = 0;
    double y = x;
    while (y < 10) {
      shift += Math.log(y);
      y++;
    }
    double square = 1 / (y * y);
    double series = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / y;
    return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }
}
