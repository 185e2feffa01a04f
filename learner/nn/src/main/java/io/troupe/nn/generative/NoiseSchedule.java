package io.troupe.nn.generative;

import java.util.function.IntToDoubleFunction;

/**
 * The fraction of the image at each timestep of a diffusion: {@code x_t = sqrt(alphaBar_t) x_0 +
 * sqrt(1 - alphaBar_t) noise}. Computed in double precision; immutable.
 */
public final class NoiseSchedule {
  private final double[] alphaBar;

  private NoiseSchedule(int numTimesteps, IntToDoubleFunction beta) {
    if (numTimesteps < 1) {
      throw new IllegalArgumentException("timesteps must be 1 or more, got " + numTimesteps);
    }
    this.alphaBar = new double[numTimesteps];
    double product = 1;
    for (int t = 0; t < numTimesteps; t++) {
      product *= 1 - beta.applyAsDouble(t);
      alphaBar[t] = product;
    }
  }

  /**
   * Betas that increase linearly from 1e-4 to 0.02 (Ho et al. 2020, section 4, arXiv:2006.11239).
   */
  public static NoiseSchedule linear(int numTimesteps) {
    return linear(numTimesteps, 1e-4, 0.02);
  }

  /** Betas that increase linearly from the first to the last. */
  public static NoiseSchedule linear(int numTimesteps, double first, double last) {
    double step = numTimesteps > 1 ? (last - first) / (numTimesteps - 1) : 0;
    return new NoiseSchedule(numTimesteps, t -> first + t * step);
  }

  /**
   * {@code alphaBar} decreases as a squared cosine (Nichol and Dhariwal 2021, equation 17,
   * arXiv:2102.09672), with betas of at most 0.999.
   */
  public static NoiseSchedule cosine(int numTimesteps) {
    return new NoiseSchedule(
        numTimesteps,
        t ->
            Math.min(
                0.999,
                1 - cosineLeft((t + 1.0) / numTimesteps) / cosineLeft((double) t / numTimesteps)));
  }

  private static double cosineLeft(double time) {
    double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  /**
   * The schedule of a name.
   *
   * @throws IllegalArgumentException if it is neither {@code linear} nor {@code cosine}
   */
  public static NoiseSchedule named(String name, int numTimesteps) {
    return switch (name) {
      case "linear" -> linear(numTimesteps);
      case "cosine" -> cosine(numTimesteps);
      default ->
          throw new IllegalArgumentException("schedule must be linear or cosine, got " + name);
    };
  }

  /** The number of timesteps; they are counted from 0. */
  public int numTimesteps() {
    return alphaBar.length;
  }

  /** The fraction of the image's variance at timestep {@code t}; 1 before the first. */
  public double alphaBar(int t) {
    return t < 0 ? 1 : alphaBar[t];
  }

  /**
   * The timesteps of a sampler, evenly spaced and descending from the last one.
   *
   * @param numSteps from 1 to {@link #numTimesteps}
   */
  public int[] visited(int numSteps) {
    if (numSteps < 1 || numSteps > alphaBar.length) {
      throw new IllegalArgumentException(
          "sample_steps must be from 1 to " + alphaBar.length + ", got " + numSteps);
    }
    int[] timesteps = new int[numSteps];
    for (int i = 0; i < numSteps; i++) {
      timesteps[i] =
          (int) Math.round(alphaBar.length - (double) i * alphaBar.length / numSteps) - 1;
    }
    return timesteps;
  }
}
