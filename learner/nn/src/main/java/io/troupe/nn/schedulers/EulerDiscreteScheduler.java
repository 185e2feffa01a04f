package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Euler's method (Karras et al. 2022, arXiv:2206.00364, algorithm 2).
 *
 * @param betas noise of training
 * @param prediction what the model predicts: noise or velocity
 * @param interpolation of the sigmas of training
 * @param curve of the sigmas
 * @param sigmaMin smallest sigma of the curve; empty for that of the timesteps
 * @param sigmaMax largest sigma of the curve; empty for that of the timesteps
 * @param spacing of timesteps
 * @param continuous whether a model that predicts the velocity gets 0.25 log(sigma) as its time
 * @param stepsOffset added to timesteps with leading spacing
 * @param endsAtSigmaMin whether the last step leaves the noise of timestep 0, or none
 */
public record EulerDiscreteScheduler(
    BetaSchedule betas,
    PredictionType prediction,
    Interpolation interpolation,
    SigmaCurve curve,
    OptionalDouble sigmaMin,
    OptionalDouble sigmaMax,
    TimestepSpacing spacing,
    boolean continuous,
    int stepsOffset,
    boolean endsAtSigmaMin)
    implements DiffusionScheduler {

  /** How sigmas between those of training are computed. */
  public enum Interpolation implements NamedSetting {
    /** Linearly in the timestep. */
    LINEAR("linear"),
    /** Linearly in the logarithm from the largest to the smallest, whatever the timesteps. */
    LOG_LINEAR("log_linear");

    private final String text;

    Interpolation(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /**
   * Noise that is added before a step (algorithm 2 of the paper).
   *
   * @param amount over all steps; 0 for none
   * @param min smallest sigma of a step with noise
   * @param max largest sigma of a step with noise
   * @param noise standard deviation of the noise
   */
  public record Churn(double amount, double min, double max, double noise) {
    /** No noise. */
    public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);
  }

  /** Checks what the model predicts. */
  public EulerDiscreteScheduler {
    EulerSteps.requireKnown(prediction, "EulerDiscreteScheduler");
  }

  static EulerDiscreteScheduler read(ConfigJson json) {
    return new EulerDiscreteScheduler(
        BetaSchedule.read(json),
        NamedSetting.read(json, "prediction_type", PredictionType.EPSILON),
        NamedSetting.read(json, "interpolation_type", Interpolation.LINEAR),
        SigmaCurve.read(json),
        optional(json, "sigma_min"),
        optional(json, "sigma_max"),
        NamedSetting.read(json, "timestep_spacing", TimestepSpacing.LINSPACE),
        NamedSetting.read(json, "timestep_type", TimestepType.DISCRETE) == TimestepType.CONTINUOUS,
        json.notNegative("steps_offset", 0),
        FinalSigmas.read(json));
  }

  private static OptionalDouble optional(ConfigJson json, String key) {
    return json.has(key) ? OptionalDouble.of(json.number(key, 0)) : OptionalDouble.empty();
  }

  private enum TimestepType implements NamedSetting {
    DISCRETE("discrete"),
    CONTINUOUS("continuous");

    private final String text;

    TimestepType(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  @Override
  public void write(ObjectNode json) {
    betas.write(json);
    json.put("prediction_type", prediction.text());
    json.put("interpolation_type", interpolation.text());
    curve.write(json, SigmaCurve.KARRAS, SigmaCurve.EXPONENTIAL, SigmaCurve.BETA);
    write(json, "sigma_min", sigmaMin);
    write(json, "sigma_max", sigmaMax);
    json.put("timestep_spacing", spacing.text());
    json.put("timestep_type", continuous ? "continuous" : "discrete");
    json.put("steps_offset", stepsOffset);
    FinalSigmas.write(json, endsAtSigmaMin);
  }

  private static void write(ObjectNode json, String key, OptionalDouble value) {
    value.ifPresentOrElse(v -> json.put(key, v), () -> json.putNull(key));
  }

  @Override
  public int numTrainTimesteps() {
    return betas.numTrainTimesteps();
  }

  @Override
  public Denoising denoising(int numSteps) {
    return denoising(numSteps, Churn.NONE);
  }

  /** Starts a trajectory with noise added before its steps. */
  public Denoising denoising(int numSteps, Churn churn) {
    NoiseScheduler.requireSteps(numSteps, numTrainTimesteps());
    SigmaTable table = new SigmaTable(betas.positiveAlphasCumprod());
    double[] timesteps = spacing.exact(numTrainTimesteps(), numSteps, stepsOffset);
    double[] sigmas =
        interpolation == Interpolation.LINEAR
            ? table.at(timesteps)
            : SigmaCurve.EXPONENTIAL.sigmas(table.largest(), table.smallest(), numSteps + 1);
    if (curve != SigmaCurve.TRAINED) {
      sigmas =
          curve.sigmas(
              sigmaMax.orElse(sigmas[0]), sigmaMin.orElse(sigmas[sigmas.length - 1]), numSteps);
      timesteps = table.timesteps(sigmas);
    }
    double[] all = Arrays.copyOf(sigmas, sigmas.length + 1);
    all[sigmas.length] = endsAtSigmaMin ? table.smallest() : 0;
    if (continuous && prediction == PredictionType.V_PREDICTION) {
      timesteps = Arrays.stream(sigmas).map(sigma -> 0.25 * Math.log(sigma)).toArray();
    }
    return new Steps(timesteps, all, churn);
  }

  private final class Steps extends EulerSteps {
    private final Churn churn;

    Steps(double[] timesteps, double[] sigmas, Churn churn) {
      super(timesteps, sigmas, spacing);
      this.churn = churn;
    }

    @Override
    public Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise) {
      double sigma = sigma(step);
      boolean isWithin = sigma >= churn.min() && sigma <= churn.max();
      double gamma = isWithin ? Math.min(churn.amount() / numSteps(), Math.sqrt(2) - 1) : 0;
      double raised = sigma * (1 + gamma);
      Tensor x = sample;
      if (gamma > 0) {
        double added = churn.noise() * Math.sqrt(raised * raised - sigma * sigma);
        x = Combination.of(1, sample, added, noise.get());
      }
      Tensor original = original(prediction, modelOutput, x, raised);
      double left = sigma(step + 1) / raised;
      return Combination.of(left, x, 1 - left, original);
    }
  }
}
