package io.troupe.nn.schedulers;

import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A trajectory of {@link DPMSolverMultistepScheduler}. */
final class DPMSolverSteps implements Denoising {
  private static final int FEW_STEPS = 15;

  private final DPMSolverMultistepScheduler settings;
  private final double[] timesteps;
  private final double[] sigmas;

  /** The latest converted outputs of the model, oldest first; at most as many as the order. */
  private final List<Tensor> outputs = new ArrayList<>();

  DPMSolverSteps(DPMSolverMultistepScheduler settings, double[] timesteps, double[] sigmas) {
    this.settings = settings;
    this.timesteps = timesteps;
    this.sigmas = sigmas;
  }

  @Override
  public double[] timesteps() {
    return timesteps.clone();
  }

  /** The factor of the original sample. */
  private double alpha(int step) {
    return settings.isFlow() ? 1 - sigmas[step] : 1 / Math.hypot(sigmas[step], 1);
  }

  /** The factor of the noise. */
  private double sigma(int step) {
    return settings.isFlow() ? sigmas[step] : sigmas[step] * alpha(step);
  }

  /** The logarithm of their ratio. */
  private double lambda(int step) {
    return Math.log(alpha(step)) - Math.log(sigma(step));
  }

  @Override
  public Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise) {
    if (outputs.size() == settings.order()) {
      outputs.removeFirst();
    }
    outputs.add(converted(step, modelOutput, sample));
    return switch (orderOf(step)) {
      case 1 -> first(step, sample, noise);
      case 2 -> second(step, sample, noise);
      default -> third(step, sample);
    };
  }

  private int orderOf(int step) {
    boolean isShort = settings.lowerOrderFinal() && timesteps.length < FEW_STEPS;
    if (step == timesteps.length - 1
        && (settings.eulerAtFinal() || isShort || !settings.endsAtSigmaMin())) {
      return 1;
    }
    int most = step == timesteps.length - 2 && isShort ? 2 : settings.order();
    return Math.min(most, outputs.size());
  }

  /** The integrated quantity: the noise, or the original sample. */
  private Tensor converted(int step, Tensor output, Tensor x) {
    PredictionType prediction = settings.prediction();
    double alpha = alpha(step);
    double sigma = sigma(step);
    if (settings.algorithm() != DPMSolverMultistepScheduler.Algorithm.DPMSOLVER) {
      return settings.range().limit(prediction.original(output, x, alpha, sigma));
    }
    Tensor noise = prediction.noise(output, x, alpha, sigma);
    if (!settings.range().threshold()) {
      return noise;
    }
    Tensor original = Combination.of(1 / alpha, x, -sigma / alpha, noise);
    return Combination.of(1 / sigma, x, -alpha / sigma, settings.range().limit(original));
  }

  /** Multiplies the sample in a step. */
  private double carried(int step, double h) {
    return switch (settings.algorithm()) {
      case DPMSOLVER -> alpha(step + 1) / alpha(step);
      case DPMSOLVER_PLUS -> sigma(step + 1) / sigma(step);
      case SDE_DPMSOLVER_PLUS -> sigma(step + 1) / sigma(step) * Math.exp(-h);
    };
  }

  /** Multiplies a constant integrated quantity. */
  private double constant(int step, double h) {
    return switch (settings.algorithm()) {
      case DPMSOLVER -> -sigma(step + 1) * Math.expm1(h);
      case DPMSOLVER_PLUS -> -alpha(step + 1) * Math.expm1(-h);
      case SDE_DPMSOLVER_PLUS -> -alpha(step + 1) * Math.expm1(-2 * h);
    };
  }

  /** Multiplies its first derivative; exact as in Heun's formula and in order 3. */
  private double linear(int step, double h) {
    return switch (settings.algorithm()) {
      case DPMSOLVER -> -sigma(step + 1) * (Math.expm1(h) / h - 1);
      case DPMSOLVER_PLUS -> alpha(step + 1) * (Math.expm1(-h) / h + 1);
      case SDE_DPMSOLVER_PLUS -> alpha(step + 1) * (Math.expm1(-2 * h) / (2 * h) + 1);
    };
  }

  /** Multiplies its second derivative. */
  private double quadratic(int step, double h) {
    return switch (settings.algorithm()) {
      case DPMSOLVER -> -sigma(step + 1) * ((Math.expm1(h) - h) / (h * h) - 0.5);
      case DPMSOLVER_PLUS, SDE_DPMSOLVER_PLUS ->
          -alpha(step + 1) * ((Math.expm1(-h) + h) / (h * h) - 0.5);
    };
  }

  private Tensor withNoise(Tensor mean, int step, double h, Supplier<Tensor> noise) {
    return settings.algorithm() == DPMSolverMultistepScheduler.Algorithm.SDE_DPMSOLVER_PLUS
        ? mean.add(noise.get().mul(sigma(step + 1) * Math.sqrt(-Math.expm1(-2 * h))))
        : mean;
  }

  private double h(int step) {
    return lambda(step + 1) - lambda(step);
  }

  private Tensor first(int step, Tensor x, Supplier<Tensor> noise) {
    double h = h(step);
    Tensor mean = Combination.of(carried(step, h), x, constant(step, h), outputs.getLast());
    return withNoise(mean, step, h, noise);
  }

  private Tensor second(int step, Tensor x, Supplier<Tensor> noise) {
    double h = h(step);
    double ratio = h(step - 1) / h;
    Tensor latest = outputs.getLast();
    Tensor slope = latest.sub(outputs.get(outputs.size() - 2)).mul(1 / ratio);
    double ofSlope =
        settings.solver() == DPMSolverMultistepScheduler.Solver.MIDPOINT
            ? 0.5 * constant(step, h)
            : linear(step, h);
    Tensor mean = Combination.of(carried(step, h), x, constant(step, h), latest, ofSlope, slope);
    return withNoise(mean, step, h, noise);
  }

  private Tensor third(int step, Tensor x) {
    double h = h(step);
    double r0 = h(step - 1) / h;
    double r1 = h(step - 2) / h;
    Tensor latest = outputs.get(2);
    Tensor late = latest.sub(outputs.get(1)).mul(1 / r0);
    Tensor early = outputs.get(1).sub(outputs.get(0)).mul(1 / r1);
    Tensor change = late.sub(early);
    Tensor slope = Combination.of(1, late, r0 / (r0 + r1), change);
    Tensor curvature = change.mul(1 / (r0 + r1));
    return Combination.of(carried(step, h), x, constant(step, h), latest, linear(step, h), slope)
        .add(curvature.mul(quadratic(step, h)));
  }

  @Override
  public Tensor noised(int step, Tensor original, Tensor noise) {
    return Combination.of(alpha(step), original, sigma(step), noise);
  }
}
