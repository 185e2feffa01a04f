package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import java.util.stream.IntStream;

/** How the noise of the steps of inference decreases from the largest to the smallest sigma. */
public enum SigmaCurve {
  /** As in training, at the timesteps of inference. */
  TRAINED(""),
  /** By the power of 7 (arXiv:2206.00364, equation 5). */
  KARRAS("use_karras_sigmas"),
  /** Exponentially. */
  EXPONENTIAL("use_exponential_sigmas"),
  /** By the quantiles of a beta distribution (arXiv:2407.12173). */
  BETA("use_beta_sigmas"),
  /** Linearly in the logarithm of the signal-to-noise ratio (arXiv:2206.00927). */
  LU("use_lu_lambdas");

  private static final double RHO = 7;
  private static final double BETA_SHAPE = 0.6;

  private final String key;

  SigmaCurve(String key) {
    this.key = key;
  }

  /**
   * Reads the curve whose key is true.
   *
   * @throws IllegalArgumentException if there is more than one
   */
  static SigmaCurve read(ConfigJson json) {
    SigmaCurve found = TRAINED;
    for (SigmaCurve curve : values()) {
      if (curve != TRAINED && json.flag(curve.key, false)) {
        if (found != TRAINED) {
          throw new IllegalArgumentException(
              "only one of %s and %s must be true, got both".formatted(found.key, curve.key));
        }
        found = curve;
      }
    }
    return found;
  }

  /** Writes the keys of some curves. */
  void write(ObjectNode json, SigmaCurve... known) {
    for (SigmaCurve curve : known) {
      json.put(curve.key, curve == this);
    }
  }

  /** Sigmas in descending order. */
  double[] sigmas(double largest, double smallest, int count) {
    return IntStream.range(0, count)
        .mapToDouble(i -> at(largest, smallest, count == 1 ? 0 : (double) i / (count - 1)))
        .toArray();
  }

  private double at(double largest, double smallest, double share) {
    return switch (this) {
      case TRAINED -> throw new IllegalStateException("sigmas of training are interpolated");
      case KARRAS -> {
        double high = Math.pow(largest, 1 / RHO);
        double low = Math.pow(smallest, 1 / RHO);
        yield Math.pow(high + share * (low - high), RHO);
      }
      case EXPONENTIAL, LU ->
          Math.exp(Math.log(largest) + share * (Math.log(smallest) - Math.log(largest)));
      case BETA -> {
        double quantile = new BetaDistribution(BETA_SHAPE).quantile(1 - share);
        yield smallest + quantile * (largest - smallest);
      }
    };
  }
}
