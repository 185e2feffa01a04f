package io.troupe.nn.schedulers;

import io.troupe.tensor.Tensor;

/** What a model predicts for {@code x = alpha * original + sigma * noise}. */
public enum PredictionType implements NamedSetting {
  /** The noise. */
  EPSILON("epsilon"),
  /** The original sample. */
  SAMPLE("sample"),
  /** {@code alpha * noise - sigma * original} (arXiv:2202.00512, section 2.4). */
  V_PREDICTION("v_prediction"),
  /** {@code noise - original}, for alpha = 1 - sigma. */
  FLOW_PREDICTION("flow_prediction");

  private final String text;

  PredictionType(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }

  /** The original sample. */
  Tensor original(Tensor output, Tensor x, double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> Combination.of(1 / alpha, x, -sigma / alpha, output);
      case SAMPLE -> output;
      case V_PREDICTION -> Combination.of(alpha, x, -sigma, output);
      case FLOW_PREDICTION -> Combination.of(1, x, -sigma, output);
    };
  }

  /** The noise. */
  Tensor noise(Tensor output, Tensor x, double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> output;
      case SAMPLE -> Combination.of(1 / sigma, x, -alpha / sigma, output);
      case V_PREDICTION -> Combination.of(alpha, output, sigma, x);
      case FLOW_PREDICTION -> Combination.of(1, x, 1 - sigma, output);
    };
  }
}
