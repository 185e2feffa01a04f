package io.troupe.nn.schedulers;

/**
 * The noise of the timesteps of training with samples that are not scaled down: {@code x = x_0 +
 * sigma * noise}.
 */
final class SigmaTable {
  private static final double SMALLEST = 1e-10;

  private final double[] sigmas;
  private final double[] logSigmas;

  /**
   * A table.
   *
   * @param alphasCumprod the fraction of the signal at each timestep, above 0
   */
  SigmaTable(double[] alphasCumprod) {
    this.sigmas = new double[alphasCumprod.length];
    this.logSigmas = new double[alphasCumprod.length];
    for (int t = 0; t < sigmas.length; t++) {
      sigmas[t] = Math.sqrt((1 - alphasCumprod[t]) / alphasCumprod[t]);
      logSigmas[t] = Math.log(sigmas[t]);
    }
  }

  double smallest() {
    return sigmas[0];
  }

  double largest() {
    return sigmas[sigmas.length - 1];
  }

  /** The sigma of a timestep, interpolated linearly between whole ones. */
  double at(double timestep) {
    double within = Math.clamp(timestep, 0, sigmas.length - 1.0);
    int below = (int) within;
    int above = Math.min(below + 1, sigmas.length - 1);
    return sigmas[below] + (within - below) * (sigmas[above] - sigmas[below]);
  }

  /** The sigmas of some timesteps. */
  double[] at(double[] timesteps) {
    return java.util.Arrays.stream(timesteps).map(this::at).toArray();
  }

  /** The timestep of a sigma, interpolated linearly in the logarithm. */
  double timestep(double sigma) {
    double log = Math.log(Math.max(sigma, SMALLEST));
    int below = 0;
    while (below < sigmas.length - 2 && logSigmas[below + 1] <= log) {
      below++;
    }
    double share = (log - logSigmas[below]) / (logSigmas[below + 1] - logSigmas[below]);
    return below + Math.clamp(share, 0, 1);
  }

  /** The timesteps of some sigmas. */
  double[] timesteps(double[] sigmas) {
    return java.util.Arrays.stream(sigmas).map(this::timestep).toArray();
  }
}
