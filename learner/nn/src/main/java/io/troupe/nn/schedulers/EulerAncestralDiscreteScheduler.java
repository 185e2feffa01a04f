package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Euler's method with ancestral sampling: each step goes below its target and adds noise.
 *
 * @param betas noise of training
 * @param prediction what the model predicts: noise or velocity
 * @param spacing of timesteps
 * @param stepsOffset added to timesteps with leading spacing
 */
public record EulerAncestralDiscreteScheduler(
    BetaSchedule betas, PredictionType prediction, TimestepSpacing spacing, int stepsOffset)
    implements DiffusionScheduler {

  /** Checks what the model predicts. */
  public EulerAncestralDiscreteScheduler {
    EulerSteps.requireKnown(prediction, "EulerAncestralDiscreteScheduler");
  }

  static EulerAncestralDiscreteScheduler read(ConfigJson json) {
    return new EulerAncestralDiscreteScheduler(
        BetaSchedule.read(json),
        NamedSetting.read(json, "prediction_type", PredictionType.EPSILON),
        NamedSetting.read(json, "timestep_spacing", TimestepSpacing.LINSPACE),
        json.notNegative("steps_offset", 0));
  }

  @Override
  public void write(ObjectNode json) {
    betas.write(json);
    json.put("prediction_type", prediction.text());
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
    double[] timesteps = spacing.exact(numTrainTimesteps(), numSteps, stepsOffset);
    double[] sigmas = new SigmaTable(betas.positiveAlphasCumprod()).at(timesteps);
    return new Steps(timesteps, Arrays.copyOf(sigmas, numSteps + 1));
  }

  private final class Steps extends EulerSteps {
    Steps(double[] timesteps, double[] sigmas) {
      super(timesteps, sigmas, spacing);
    }

    @Override
    public Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise) {
      double from = sigma(step);
      double to = sigma(step + 1);
      double up = to * Math.sqrt((from * from - to * to) / (from * from));
      double down = Math.sqrt(to * to - up * up);
      Tensor original = original(prediction, modelOutput, sample, from);
      double left = down / from;
      return Combination.of(left, sample, 1 - left, original, up, noise.get());
    }
  }
}
