package io.troupe.tensor.cpu.norms;

/** Takes one run after the other. */
abstract class RunByRun implements ChannelLoops {
  /** The sum of {@code n} elements. */
  abstract double sum(long x, int n);

  /** The sum of {@code (x - mean)^2}. */
  abstract double squares(long x, double mean, int n);

  /** The sum of {@code dy * (x - mean)}. */
  abstract double dot(long dy, long x, double mean, int n);

  abstract void apply(long out, long x, double mean, double scale, double shift, int n);

  abstract void grad(
      long dx, long dy, long x, double mean, double scale, double shift, double slope, int n);

  @Override
  public final double sum(long x, ChannelRuns runs) {
    double sum = 0;
    for (int run = 0; run < runs.count(); run++) {
      sum += sum(x + run * runs.distance(), runs.length());
    }
    return sum;
  }

  @Override
  public final double squares(long x, double mean, ChannelRuns runs) {
    double sum = 0;
    for (int run = 0; run < runs.count(); run++) {
      sum += squares(x + run * runs.distance(), mean, runs.length());
    }
    return sum;
  }

  @Override
  public final Sums gradSums(long dy, long x, double mean, ChannelRuns runs) {
    double sum = 0;
    double dot = 0;
    for (int run = 0; run < runs.count(); run++) {
      long at = run * runs.distance();
      sum += sum(dy + at, runs.length());
      dot += dot(dy + at, x + at, mean, runs.length());
    }
    return new Sums(sum, dot);
  }

  @Override
  public final void apply(
      long out, long x, double mean, double scale, double shift, ChannelRuns runs) {
    for (int run = 0; run < runs.count(); run++) {
      long at = run * runs.distance();
      apply(out + at, x + at, mean, scale, shift, runs.length());
    }
  }

  @Override
  public final void grad(
      long dx,
      long dy,
      long x,
      double mean,
      double scale,
      double shift,
      double slope,
      ChannelRuns runs) {
    for (int run = 0; run < runs.count(); run++) {
      long at = run * runs.distance();
      grad(dx + at, dy + at, x + at, mean, scale, shift, slope, runs.length());
    }
  }
}
