package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Pseudo numerical methods (Liu et al. 2022, arXiv:2202.09778): a linear multistep method, whose
 * first steps are Runge-Kutta steps, or repeat the first timestep ({@code skip_prk_steps}).
 *
 * @param betas noise of training
 * @param prediction what the model predicts: noise or velocity
 * @param skipPrkSteps whether there are no Runge-Kutta steps
 * @param setAlphaToOne whether the last step removes all noise, or leaves that of timestep 0
 * @param spacing of timesteps
 * @param stepsOffset added to timesteps with leading spacing
 */
public record PNDMScheduler(
    BetaSchedule betas,
    PredictionType prediction,
    boolean skipPrkSteps,
    boolean setAlphaToOne,
    TimestepSpacing spacing,
    int stepsOffset)
    implements DiffusionScheduler {
  private static final int ORDER = 4;

  /** Checks what the model predicts. */
  public PNDMScheduler {
    if (prediction != PredictionType.EPSILON && prediction != PredictionType.V_PREDICTION) {
      throw new IllegalArgumentException(
          "prediction_type of PNDMScheduler must be epsilon or v_prediction, got "
              + prediction.text());
    }
  }

  static PNDMScheduler read(ConfigJson json) {
    return new PNDMScheduler(
        BetaSchedule.read(json),
        NamedSetting.read(json, "prediction_type", PredictionType.EPSILON),
        json.flag("skip_prk_steps", false),
        json.flag("set_alpha_to_one", false),
        NamedSetting.read(json, "timestep_spacing", TimestepSpacing.LEADING),
        json.notNegative("steps_offset", 0));
  }

  @Override
  public void write(ObjectNode json) {
    betas.write(json);
    json.remove("rescale_betas_zero_snr");
    json.put("skip_prk_steps", skipPrkSteps);
    json.put("set_alpha_to_one", setAlphaToOne);
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
    if (!skipPrkSteps && numSteps < ORDER) {
      throw new IllegalArgumentException(
          "num_inference_steps must be %d or more with Runge-Kutta steps, got %d"
              .formatted(ORDER, numSteps));
    }
    return new Steps(numSteps);
  }

  private final class Steps implements Denoising {
    private final double[] alphas = betas.alphasCumprod();
    private final int distance;
    private final int numPrk;
    private final double[] timesteps;

    private final List<Tensor> outputs = new ArrayList<>();
    private int counter;
    private Tensor weighted;
    private Tensor start;

    Steps(int numSteps) {
      double[] visited = spacing.rounded(numTrainTimesteps(), numSteps, stepsOffset);
      this.distance = numTrainTimesteps() / numSteps;
      List<Double> times = new ArrayList<>();
      if (skipPrkSteps) {
        for (int i = 0; i < numSteps; i++) {
          times.add(visited[i]);
          if (i == 1) {
            times.add(visited[i]); // the first timestep is corrected by the output at the second
          }
        }
        this.numPrk = 0;
      } else {
        addPrkTimes(visited, times);
        this.numPrk = times.size();
        for (int i = ORDER - 1; i < numSteps; i++) {
          times.add(visited[i]);
        }
      }
      this.timesteps = times.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Each Runge-Kutta step evaluates its start, its middle twice, and its end. */
    private void addPrkTimes(double[] visited, List<Double> times) {
      for (int i = 0; i < ORDER - 1; i++) {
        double middle = visited[i + 1] + (double) (distance / 2);
        times.addAll(List.of(visited[i], middle, middle, visited[i + 1]));
      }
    }

    @Override
    public double[] timesteps() {
      return timesteps.clone();
    }

    @Override
    public Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise) {
      Tensor next =
          counter < numPrk
              ? rungeKutta((int) timesteps[step], modelOutput, sample)
              : multistep((int) timesteps[step], modelOutput, sample);
      counter++;
      return next;
    }

    private Tensor rungeKutta(int t, Tensor output, Tensor sample) {
      int next = t - (counter % 2 == 1 ? 0 : distance / 2);
      Tensor direction = output;
      switch (counter % ORDER) {
        case 0 -> {
          outputs.add(output);
          start = sample;
          weighted = output.mul(1.0 / 6);
        }
        case 1, 2 -> weighted = weighted.add(output.mul(1.0 / 3));
        default -> direction = weighted.add(output.mul(1.0 / 6));
      }
      return previous(start, (int) timesteps[counter / ORDER * ORDER], next, direction);
    }

    private Tensor multistep(int t, Tensor output, Tensor sample) {
      if (counter == 1) {
        Tensor mean = Combination.of(0.5, output, 0.5, outputs.getLast());
        return previous(start, t + distance, t, mean);
      }
      if (outputs.size() == ORDER) {
        outputs.removeFirst();
      }
      outputs.add(output);
      if (counter == 0) {
        start = sample;
      }
      return previous(sample, t, t - distance, extrapolated());
    }

    /** The Adams-Bashforth formulas. */
    private Tensor extrapolated() {
      Tensor e1 = outputs.getLast();
      int n = outputs.size();
      return switch (n) {
        case 1 -> e1;
        case 2 -> Combination.of(1.5, e1, -0.5, outputs.get(0));
        case 3 ->
            Combination.of(23.0 / 12, e1, -16.0 / 12, outputs.get(1), 5.0 / 12, outputs.get(0));
        default ->
            Combination.of(55.0 / 24, e1, -59.0 / 24, outputs.get(2), 37.0 / 24, outputs.get(1))
                .sub(outputs.get(0).mul(9.0 / 24));
      };
    }

    private double alpha(int t) {
      return t >= 0 ? alphas[t] : setAlphaToOne ? 1 : alphas[0];
    }

    /** Equation 9 of the paper. */
    private Tensor previous(Tensor sample, int t, int next, Tensor output) {
      double a = alpha(t);
      double aNext = alpha(next);
      Tensor noise = prediction.noise(output, sample, Math.sqrt(a), Math.sqrt(1 - a));
      double divisor = a * Math.sqrt(1 - aNext) + Math.sqrt(a * (1 - a) * aNext);
      return Combination.of(Math.sqrt(aNext / a), sample, (a - aNext) / divisor, noise);
    }

    @Override
    public Tensor noised(int step, Tensor original, Tensor noise) {
      double a = alpha((int) timesteps[step]);
      return Combination.of(Math.sqrt(a), original, Math.sqrt(1 - a), noise);
    }
  }
}
