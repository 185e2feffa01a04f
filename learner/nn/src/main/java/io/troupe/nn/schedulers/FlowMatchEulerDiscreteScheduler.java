package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Euler's method for flow matching (arXiv:2403.03206): {@code x = (1 - sigma) x_0 + sigma * noise},
 * and the model predicts {@code noise - x_0}.
 *
 * @param numTrainTimesteps timesteps of training
 * @param shift moves the sigmas towards noise; 1 for none
 * @param dynamicShifting whether each trajectory gets its own shift {@code mu} instead
 * @param timeShift the formula of dynamic shifting
 * @param shiftTerminal the last sigma above 0; empty to leave it
 * @param curve of the sigmas
 * @param stochastic whether each step adds new noise
 * @param invertSigmas whether a trajectory goes from samples to noise
 * @param limits keys that pipelines use to compute {@code mu}
 */
public record FlowMatchEulerDiscreteScheduler(
    int numTrainTimesteps,
    double shift,
    boolean dynamicShifting,
    TimeShift timeShift,
    OptionalDouble shiftTerminal,
    SigmaCurve curve,
    boolean stochastic,
    boolean invertSigmas,
    ShiftLimits limits)
    implements NoiseScheduler {

  /** The formula of dynamic shifting. */
  public enum TimeShift implements NamedSetting {
    /** By the exponential of mu. */
    EXPONENTIAL("exponential"),
    /** By mu. */
    LINEAR("linear");

    private final String text;

    TimeShift(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /**
   * The shift of the shortest and of the longest sequence of image tokens.
   *
   * @param base shift of the shortest
   * @param max shift of the longest
   * @param baseLength length of the shortest
   * @param maxLength length of the longest
   */
  public record ShiftLimits(double base, double max, int baseLength, int maxLength) {}

  static FlowMatchEulerDiscreteScheduler read(ConfigJson json) {
    return new FlowMatchEulerDiscreteScheduler(
        json.positive("num_train_timesteps", 1000),
        json.number("shift", 1),
        json.flag("use_dynamic_shifting", false),
        NamedSetting.read(json, "time_shift_type", TimeShift.EXPONENTIAL),
        json.has("shift_terminal")
            ? OptionalDouble.of(json.number("shift_terminal", 0))
            : OptionalDouble.empty(),
        SigmaCurve.read(json),
        json.flag("stochastic_sampling", false),
        json.flag("invert_sigmas", false),
        new ShiftLimits(
            json.number("base_shift", 0.5),
            json.number("max_shift", 1.15),
            json.positive("base_image_seq_len", 256),
            json.positive("max_image_seq_len", 4096)));
  }

  @Override
  public void write(ObjectNode json) {
    json.put("num_train_timesteps", numTrainTimesteps);
    json.put("shift", shift);
    json.put("use_dynamic_shifting", dynamicShifting);
    json.put("time_shift_type", timeShift.text());
    shiftTerminal.ifPresentOrElse(
        v -> json.put("shift_terminal", v), () -> json.putNull("shift_terminal"));
    curve.write(json, SigmaCurve.KARRAS, SigmaCurve.EXPONENTIAL, SigmaCurve.BETA);
    json.put("stochastic_sampling", stochastic);
    json.put("invert_sigmas", invertSigmas);
    json.put("base_shift", limits.base());
    json.put("max_shift", limits.max());
    json.put("base_image_seq_len", limits.baseLength());
    json.put("max_image_seq_len", limits.maxLength());
  }

  /** A trajectory with the shift of the settings. */
  @Override
  public Denoising denoising(int numSteps) {
    if (dynamicShifting) {
      throw new IllegalArgumentException("mu must be set with use_dynamic_shifting, got none");
    }
    NoiseScheduler.requireSteps(numSteps, numTrainTimesteps);
    return denoising(evenSigmas(numSteps), this::shifted);
  }

  /** A trajectory with a shift of its own. */
  public Denoising denoising(int numSteps, double mu) {
    NoiseScheduler.requireSteps(numSteps, numTrainTimesteps);
    double factor = timeShift == TimeShift.EXPONENTIAL ? Math.exp(mu) : mu;
    return denoising(evenSigmas(numSteps), sigma -> factor / (factor + (1 / sigma - 1)));
  }

  /** A trajectory over chosen sigmas, which are shifted as in the settings. */
  public Denoising denoising(double[] sigmas) {
    return denoising(sigmas, this::shifted);
  }

  private double shifted(double sigma) {
    return shift * sigma / (1 + (shift - 1) * sigma);
  }

  private double[] evenSigmas(int numSteps) {
    double smallest = 1.0 / numTrainTimesteps;
    double low = dynamicShifting ? smallest : shifted(smallest);
    return IntStream.range(0, numSteps)
        .mapToDouble(i -> numSteps == 1 ? 1 : 1 + (low - 1) * i / (numSteps - 1))
        .toArray();
  }

  private Denoising denoising(double[] start, DoubleUnaryOperator shifting) {
    double[] sigmas = Arrays.stream(start).map(shifting).toArray();
    double last = sigmas[sigmas.length - 1];
    if (shiftTerminal.isPresent()) {
      double scale = (1 - last) / (1 - shiftTerminal.getAsDouble());
      sigmas = Arrays.stream(sigmas).map(sigma -> 1 - (1 - sigma) / scale).toArray();
    }
    if (curve != SigmaCurve.TRAINED) {
      sigmas = curve.sigmas(sigmas[0], sigmas[sigmas.length - 1], sigmas.length);
    }
    if (invertSigmas) {
      sigmas = Arrays.stream(sigmas).map(sigma -> 1 - sigma).toArray();
    }
    double[] all = Arrays.copyOf(sigmas, sigmas.length + 1);
    all[sigmas.length] = invertSigmas ? 1 : 0;
    return new Steps(all);
  }

  private final class Steps implements Denoising {
    private final double[] sigmas;

    Steps(double[] sigmas) {
      this.sigmas = sigmas;
    }

    @Override
    public double[] timesteps() {
      return Arrays.stream(sigmas, 0, sigmas.length - 1)
          .map(sigma -> sigma * numTrainTimesteps)
          .toArray();
    }

    @Override
    public Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise) {
      double sigma = sigmas[step];
      double next = sigmas[step + 1];
      if (!stochastic) {
        return Combination.of(1, sample, next - sigma, modelOutput);
      }
      Tensor original = Combination.of(1, sample, -sigma, modelOutput);
      return Combination.of(1 - next, original, next, noise.get());
    }

    @Override
    public Tensor noised(int step, Tensor original, Tensor noise) {
      return Combination.of(1 - sigmas[step], original, sigmas[step], noise);
    }
  }
}
