package io.troupe.tensor.cpu.vectors;

/** The error function in double precision: the reference of gradient checks. */
public final class ErrorFunction {
  private ErrorFunction() {}

  /** Computes the error function of a number, to about 1e-15. */
  public static double erf(double x) {
    double t = Math.abs(x);
    if (!(t < 6)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    return t < 3 ? erfSeries(x) : Math.signum(x) * (1 - erfcFraction(t));
  }

  /** erf(x) = 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)). */
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** erfc(x) by its continued fraction, for x of 3 or more. */
  private static double erfcFraction(double x) {
    double fraction = 0;
    for (int n = 60; n > 0; n--) {
      fraction = n / 2.0 / (x + fraction);
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
  }
}
