package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Denoising diffusion implicit models (Song et al. 2020, arXiv:2010.02502).
 *
 * @param betas noise of training
 * @param prediction what the model predicts
 * @param range limits of predicted samples
 * @param setAlphaToOne whether the last step removes all noise, or leaves that of timestep 0
 * @param spacing of timesteps
 * @param stepsOffset added to timesteps with leading spacing
 */
public record DDIMScheduler(
    BetaSchedule betas,
    PredictionType prediction,
    SampleRange range,
    boolean setAlphaToOne,
    TimestepSpacing spacing,
    int stepsOffset)
    implements DiffusionScheduler {

  /** The settings of Stable Diffusion. */
  public static DDIMScheduler stableDiffusion() {
    return new DDIMScheduler(
        BetaSchedule.scaledLinear(),
        PredictionType.EPSILON,
        SampleRange.UNLIMITED,
        false,
        TimestepSpacing.LEADING,
        1);
  }

  static DDIMScheduler read(ConfigJson json) {
    return new DDIMScheduler(
        BetaSchedule.read(json),
        NamedSetting.read(json, "prediction_type", PredictionType.EPSILON),
        SampleRange.read(json, true),
        json.flag("set_alpha_to_one", true),
        NamedSetting.read(json, "timestep_spacing", TimestepSpacing.LEADING),
        json.notNegative("steps_offset", 0));
  }

  @Override
  public void write(ObjectNode json) {
    betas.write(json);
    json.put("prediction_type", prediction.text());
    range.writeClipping(json);
    range.writeThresholding(json);
    json.put("set_alpha_to_one", setAlphaToOne);
    json.put("timestep_spacing", spacing.text());
    json.put("steps_offset", stepsOffset);
  }

  @Override
  public int numTrainTimesteps() {
    return betas.numTrainTimesteps();
  }

  @Override
  public Denoising denoising(int numSteps) {
    return denoising(numSteps, 0, false);
  }

  /**
   * Starts a trajectory.
   *
   * @param eta the fraction of a step's noise that is random, in [0, 1]
   * @param useClippedModelOutput whether the noise is computed from the limited sample
   */
  public Denoising denoising(int numSteps, double eta, boolean useClippedModelOutput) {
    NoiseScheduler.requireSteps(numSteps, numTrainTimesteps());
    return new Steps(numSteps, eta, useClippedModelOutput);
  }

  private final class Steps implements Denoising {
    private final double[] timesteps;
    private final int distance;
    private final double eta;
    private final boolean useClipped;
    private final double[] alphas = betas.alphasCumprod();

    Steps(int numSteps, double eta, boolean useClipped) {
      this.timesteps = spacing.rounded(numTrainTimesteps(), numSteps, stepsOffset);
      this.distance = numTrainTimesteps() / numSteps;
      this.eta = eta;
      this.useClipped = useClipped;
    }

    @Override
    public double[] timesteps() {
      return timesteps.clone();
    }

    private double alpha(int t) {
      return t >= 0 ? alphas[t] : setAlphaToOne ? 1 : alphas[0];
    }

    @Override
    public Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise) {
      int t = (int) timesteps[step];
      double a = alpha(t);
      double next = alpha(t - distance);
      double signal = Math.sqrt(a);
      double spread = Math.sqrt(1 - a);
      Tensor original = range.limit(prediction.original(modelOutput, sample, signal, spread));
      Tensor direction =
          useClipped
              ? Combination.of(1 / spread, sample, -signal / spread, original)
              : prediction.noise(modelOutput, sample, signal, spread);
      double deviation = eta * Math.sqrt((1 - next) / (1 - a) * (1 - a / next));
      Tensor mean =
          Combination.of(
              Math.sqrt(next), original, Math.sqrt(1 - next - deviation * deviation), direction);
      return eta > 0 ? mean.add(noise.get().mul(deviation)) : mean;
    }

    @Override
    public Tensor noised(int step, Tensor original, Tensor noise) {
      double a = alpha((int) timesteps[step]);
      return Combination.of(Math.sqrt(a), original, Math.sqrt(1 - a), noise);
    }
  }
}
