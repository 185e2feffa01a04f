package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Ancestral sampling (Ho et al. 2020, arXiv:2006.11239).
 *
 * @param betas noise of training
 * @param prediction what the model predicts
 * @param variance of the noise of a step
 * @param range limits of predicted samples
 * @param spacing of timesteps
 * @param stepsOffset added to timesteps with leading spacing
 */
public record DDPMScheduler(
    BetaSchedule betas,
    PredictionType prediction,
    Variance variance,
    SampleRange range,
    TimestepSpacing spacing,
    int stepsOffset)
    implements DiffusionScheduler {

  /** The variance of the noise of a step. Learned variances are not supported. */
  public enum Variance implements NamedSetting {
    /** That of the posterior. */
    FIXED_SMALL("fixed_small"),
    /** The same, computed from its logarithm. */
    FIXED_SMALL_LOG("fixed_small_log"),
    /** Beta. */
    FIXED_LARGE("fixed_large");

    private final String text;

    Variance(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  private static final double MIN_VARIANCE = 1e-20;

  static DDPMScheduler read(ConfigJson json) {
    return new DDPMScheduler(
        BetaSchedule.read(json),
        NamedSetting.read(json, "prediction_type", PredictionType.EPSILON),
        NamedSetting.read(json, "variance_type", Variance.FIXED_SMALL),
        SampleRange.read(json, true),
        NamedSetting.read(json, "timestep_spacing", TimestepSpacing.LEADING),
        json.notNegative("steps_offset", 0));
  }

  @Override
  public void write(ObjectNode json) {
    betas.write(json);
    json.put("variance_type", variance.text());
    json.put("prediction_type", prediction.text());
    range.writeClipping(json);
    range.writeThresholding(json);
    json.put("timestep_spacing", spacing.text());
    json.put("steps_offset", stepsOffset);
  }

  @Override
  public int numTrainTimesteps() {
    return betas.numTrainTimesteps();
  }

  @Override
  public Denoising denoising(int numSteps) {
    NoiseScheduler.requireSteps(numSteps, numTrainTimesteps());
    return new Steps(spacing.rounded(numTrainTimesteps(), numSteps, stepsOffset));
  }

  /**
   * Starts a trajectory over chosen timesteps.
   *
   * @param timesteps in descending order
   */
  public Denoising denoising(int[] timesteps) {
    for (int i = 0; i < timesteps.length; i++) {
      if (timesteps[i] < 0
          || timesteps[i] >= numTrainTimesteps()
          || (i > 0 && timesteps[i] >= timesteps[i - 1])) {
        throw new IllegalArgumentException(
            "timesteps must be descending, from 0 to %d, got %d"
                .formatted(numTrainTimesteps() - 1, timesteps[i]));
      }
    }
    return new Steps(java.util.Arrays.stream(timesteps).asDoubleStream().toArray());
  }

  private final class Steps implements Denoising {
    private final double[] timesteps;
    private final double[] alphas = betas.alphasCumprod();

    Steps(double[] timesteps) {
      this.timesteps = timesteps;
    }

    @Override
    public double[] timesteps() {
      return timesteps.clone();
    }

    private double alpha(int step) {
      return step < timesteps.length ? alphas[(int) timesteps[step]] : 1;
    }

    @Override
    public Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise) {
      double alpha = alpha(step);
      double next = alpha(step + 1);
      double ofStep = alpha / next;
      Tensor original =
          range.limit(
              prediction.original(modelOutput, sample, Math.sqrt(alpha), Math.sqrt(1 - alpha)));
      Tensor mean =
          Combination.of(
              Math.sqrt(next) * (1 - ofStep) / (1 - alpha),
              original,
              Math.sqrt(ofStep) * (1 - next) / (1 - alpha),
              sample);
      return timesteps[step] > 0
          ? mean.add(noise.get().mul(deviation(alpha, next, 1 - ofStep)))
          : mean;
    }

    private double deviation(double alpha, double next, double beta) {
      return switch (variance) {
        case FIXED_SMALL, FIXED_SMALL_LOG ->
            Math.sqrt(Math.max((1 - next) / (1 - alpha) * beta, MIN_VARIANCE));
        case FIXED_LARGE -> Math.sqrt(beta);
      };
    }

    @Override
    public Tensor noised(int step, Tensor original, Tensor noise) {
      double alpha = alpha(step);
      return Combination.of(Math.sqrt(alpha), original, Math.sqrt(1 - alpha), noise);
    }
  }
}
