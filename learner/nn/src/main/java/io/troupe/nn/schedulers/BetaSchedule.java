package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The noise of each timestep of training: {@code x_t = sqrt(a_t) x_0 + sqrt(1 - a_t) noise}, where
 * a_t is the product of 1 - beta up to t.
 *
 * @param numTrainTimesteps timesteps
 * @param start first beta
 * @param end last beta
 * @param curve between them
 * @param trained betas that replace the others; empty for none
 * @param rescaleZeroSnr whether the last timestep has no signal (arXiv:2305.08891, algorithm 1)
 */
public record BetaSchedule(
    int numTrainTimesteps,
    double start,
    double end,
    Curve curve,
    List<Double> trained,
    boolean rescaleZeroSnr) {
  private static final double MAX_BETA = 0.999;
  private static final int MAX_TIMESTEPS = 1_000_000;

  /** The betas between the first and the last one. */
  public enum Curve implements NamedSetting {
    /** Linear. */
    LINEAR("linear"),
    /** Linear in the square root. */
    SCALED_LINEAR("scaled_linear"),
    /** a_t is a squared cosine (arXiv:2102.09672); first and last beta have no effect. */
    SQUARED_COSINE("squaredcos_cap_v2");

    private final String text;

    Curve(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /** Checks the number of timesteps. */
  public BetaSchedule {
    trained = List.copyOf(trained);
    if (numTrainTimesteps < 1 || numTrainTimesteps > MAX_TIMESTEPS) {
      throw new IllegalArgumentException(
          "num_train_timesteps must be from 1 to %d, got %d"
              .formatted(MAX_TIMESTEPS, numTrainTimesteps));
    }
    if (!trained.isEmpty() && trained.size() != numTrainTimesteps) {
      throw new IllegalArgumentException(
          "trained_betas must have num_train_timesteps=%d numbers, got %d"
              .formatted(numTrainTimesteps, trained.size()));
    }
  }

  /** Stable Diffusion's schedule. */
  public static BetaSchedule scaledLinear() {
    return new BetaSchedule(1000, 0.00085, 0.012, Curve.SCALED_LINEAR, List.of(), false);
  }

  static BetaSchedule read(ConfigJson json) {
    return new BetaSchedule(
        json.positive("num_train_timesteps", 1000),
        json.number("beta_start", 0.0001),
        json.number("beta_end", 0.02),
        NamedSetting.read(json, "beta_schedule", Curve.LINEAR),
        json.numbers("trained_betas"),
        json.flag("rescale_betas_zero_snr", false));
  }

  void write(ObjectNode json) {
    json.put("num_train_timesteps", numTrainTimesteps);
    json.put("beta_start", start);
    json.put("beta_end", end);
    json.put("beta_schedule", curve.text());
    if (trained.isEmpty()) {
      json.putNull("trained_betas");
    } else {
      ArrayNode betas = json.putArray("trained_betas");
      trained.forEach(betas::add);
    }
    json.put("rescale_betas_zero_snr", rescaleZeroSnr);
  }

  /** The fraction a_t of the signal at each timestep. */
  double[] alphasCumprod() {
    double[] alphas = new double[numTrainTimesteps];
    double product = 1;
    for (int t = 0; t < numTrainTimesteps; t++) {
      product *= 1 - beta(t);
      alphas[t] = product;
    }
    return rescaleZeroSnr ? rescaled(alphas) : alphas;
  }

  /** {@link #alphasCumprod} with a small last value, by which a sample can be divided. */
  double[] positiveAlphasCumprod() {
    double[] alphas = alphasCumprod();
    if (rescaleZeroSnr) {
      alphas[alphas.length - 1] = 0x1p-24;
    }
    return alphas;
  }

  private double beta(int t) {
    if (!trained.isEmpty()) {
      return trained.get(t);
    }
    double share = numTrainTimesteps == 1 ? 0 : (double) t / (numTrainTimesteps - 1);
    return switch (curve) {
      case LINEAR -> start + share * (end - start);
      case SCALED_LINEAR -> {
        double root = Math.sqrt(start) + share * (Math.sqrt(end) - Math.sqrt(start));
        yield root * root;
      }
      case SQUARED_COSINE -> Math.min(1 - cosine(t + 1) / cosine(t), MAX_BETA);
    };
  }

  private double cosine(int t) {
    double root = Math.cos(((double) t / numTrainTimesteps + 0.008) / 1.008 * Math.PI / 2);
    return root * root;
  }

  private static double[] rescaled(double[] alphas) {
    double first = Math.sqrt(alphas[0]);
    double last = Math.sqrt(alphas[alphas.length - 1]);
    double[] rescaled = new double[alphas.length];
    for (int t = 0; t < alphas.length; t++) {
      double root = (Math.sqrt(alphas[t]) - last) * first / (first - last);
      rescaled[t] = root * root;
    }
    return rescaled;
  }

  /**
   * Adds the noise of a timestep to each sample.
   *
   * @param original (batch, ...)
   * @param noise same shape
   * @param timesteps one for each sample
   */
  public Tensor addNoise(Tensor original, Tensor noise, int[] timesteps) {
    return mixed(original, noise, timesteps, 1);
  }

  /** What a model with {@link PredictionType#V_PREDICTION} learns to predict. */
  public Tensor velocity(Tensor original, Tensor noise, int[] timesteps) {
    return mixed(noise, original, timesteps, -1);
  }

  /**
   * The weight of each sample's loss in a training that predicts noise: {@code min(SNR, gamma) /
   * SNR}, where SNR is {@code a_t / (1 - a_t)} (Min-SNR, arXiv:2303.09556, section 3.4). Samples
   * with little noise, which show few errors of the network, have less weight.
   *
   * @param timesteps one for each sample
   */
  public double[] minSnrWeights(double[] timesteps, double gamma) {
    double[] alphas = alphasCumprod();
    return Arrays.stream(timesteps)
        .map(timestep -> alphas[(int) timestep])
        .map(alpha -> alpha / (1 - alpha))
        .map(snr -> snr > gamma ? gamma / snr : 1)
        .toArray();
  }

  private Tensor mixed(Tensor first, Tensor second, int[] timesteps, double sign) {
    double[] alphas = alphasCumprod();
    double[] ofFirst = new double[timesteps.length];
    double[] ofSecond = new double[timesteps.length];
    for (int i = 0; i < timesteps.length; i++) {
      ofFirst[i] = Math.sqrt(alphas[timesteps[i]]);
      ofSecond[i] = sign * Math.sqrt(1 - alphas[timesteps[i]]);
    }
    return first.mul(factors(ofFirst, first)).add(second.mul(factors(ofSecond, first)));
  }

  private static Tensor factors(double[] values, Tensor like) {
    int[] sizes = new int[like.rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = values.length;
    return Tensor.of(values, values.length).to(like.dtype()).reshape(Shape.of(sizes));
  }
}
