package io.troupe.nn.schedulers;

import io.troupe.tensor.Tensor;
import java.util.Arrays;

/** What the trajectories of Euler's methods share: {@code x = x_0 + sigma * noise}. */
abstract class EulerSteps implements Denoising {
  private final double[] timesteps;
  private final double[] sigmas;
  private final double initNoiseSigma;

  /**
   * A trajectory.
   *
   * @param sigmas of each step, then the last one
   */
  EulerSteps(double[] timesteps, double[] sigmas, TimestepSpacing spacing) {
    this.timesteps = timesteps;
    this.sigmas = sigmas;
    double largest = Arrays.stream(sigmas).max().orElseThrow();
    this.initNoiseSigma =
        spacing == TimestepSpacing.LEADING ? Math.sqrt(largest * largest + 1) : largest;
  }

  @Override
  public double[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public double initNoiseSigma() {
    return initNoiseSigma;
  }

  int numSteps() {
    return sigmas.length - 1;
  }

  double sigma(int step) {
    return sigmas[step];
  }

  @Override
  public Tensor scaleModelInput(int step, Tensor sample) {
    return sample.mul(1 / Math.hypot(sigmas[step], 1));
  }

  /** The original sample that a model predicts. */
  static Tensor original(PredictionType type, Tensor output, Tensor sample, double sigma) {
    double scale = 1 / (sigma * sigma + 1);
    return switch (type) {
      case EPSILON -> Combination.of(1, sample, -sigma, output);
      case SAMPLE -> output;
      case V_PREDICTION -> Combination.of(scale, sample, -sigma * Math.sqrt(scale), output);
      case FLOW_PREDICTION ->
          throw new IllegalStateException("flow_prediction is rejected with the settings");
    };
  }

  @Override
  public Tensor noised(int step, Tensor original, Tensor noise) {
    return Combination.of(1, original, sigmas[step], noise);
  }

  static PredictionType requireKnown(PredictionType type, String scheduler) {
    if (type == PredictionType.FLOW_PREDICTION || type == PredictionType.SAMPLE) {
      throw new IllegalArgumentException(
          "prediction_type of %s must be epsilon or v_prediction, got %s"
              .formatted(scheduler, type.text()));
    }
    return type;
  }
}
