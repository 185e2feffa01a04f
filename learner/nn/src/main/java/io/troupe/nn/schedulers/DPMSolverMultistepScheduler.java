package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * DPM-Solver (Lu et al. 2022, arXiv:2206.00927) and DPM-Solver++ (arXiv:2211.01095), of order 1 to
 * 3, and the stochastic form of the second.
 *
 * @param betas noise of training
 * @param order of the method, from 1 to 3
 * @param prediction what the model predicts
 * @param range limits of predicted samples; without clipping
 * @param algorithm the formulas
 * @param solver formula of the second order
 * @param lowerOrderFinal whether the last steps of fewer than 15 have a lower order
 * @param eulerAtFinal whether the last step has order 1
 * @param curve of the sigmas
 * @param flowShift shift of the sigmas of flow matching; 0 for a model that is not of that kind
 * @param lambdaMinClipped smallest logarithm of the signal-to-noise ratio at which a trajectory
 *     starts
 * @param spacing of timesteps
 * @param stepsOffset added to timesteps with leading spacing
 * @param endsAtSigmaMin whether the last step leaves the noise of timestep 0, or none
 */
public record DPMSolverMultistepScheduler(
    BetaSchedule betas,
    int order,
    PredictionType prediction,
    SampleRange range,
    Algorithm algorithm,
    Solver solver,
    boolean lowerOrderFinal,
    boolean eulerAtFinal,
    SigmaCurve curve,
    double flowShift,
    double lambdaMinClipped,
    TimestepSpacing spacing,
    int stepsOffset,
    boolean endsAtSigmaMin)
    implements DiffusionScheduler {
  private static final int MAX_ORDER = 3;

  /** The formulas. */
  public enum Algorithm implements NamedSetting {
    /** DPM-Solver: integrates the noise. */
    DPMSOLVER("dpmsolver"),
    /** DPM-Solver++: integrates the original sample. */
    DPMSOLVER_PLUS("dpmsolver++"),
    /** DPM-Solver++ with new noise in each step; order 1 and 2. */
    SDE_DPMSOLVER_PLUS("sde-dpmsolver++");

    private final String text;

    Algorithm(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /** The formula of the second order. */
  public enum Solver implements NamedSetting {
    /** Midpoint. */
    MIDPOINT("midpoint"),
    /** Heun's. */
    HEUN("heun");

    private final String text;

    Solver(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /** Checks the order. */
  public DPMSolverMultistepScheduler {
    int most = algorithm == Algorithm.SDE_DPMSOLVER_PLUS ? 2 : MAX_ORDER;
    if (order < 1 || order > most) {
      throw new IllegalArgumentException(
          "solver_order must be from 1 to %d for %s, got %d"
              .formatted(most, algorithm.text(), order));
    }
    if (algorithm == Algorithm.DPMSOLVER && !endsAtSigmaMin) {
      throw new IllegalArgumentException(
          "final_sigmas_type must be sigma_min for algorithm_type dpmsolver, got zero");
    }
  }

  static DPMSolverMultistepScheduler read(ConfigJson json) {
    if (json.flag("use_dynamic_shifting", false)) {
      throw new IllegalArgumentException(
          "use_dynamic_shifting of DPMSolverMultistepScheduler must be false, got true");
    }
    if (!json.text("variance_type", "").isEmpty()) {
      throw new IllegalArgumentException(
          "variance_type of DPMSolverMultistepScheduler must be null, got "
              + json.shown("variance_type"));
    }
    return new DPMSolverMultistepScheduler(
        BetaSchedule.read(json),
        json.positive("solver_order", 2),
        NamedSetting.read(json, "prediction_type", PredictionType.EPSILON),
        SampleRange.read(json, false),
        NamedSetting.read(json, "algorithm_type", Algorithm.DPMSOLVER_PLUS),
        NamedSetting.read(json, "solver_type", Solver.MIDPOINT),
        json.flag("lower_order_final", true),
        json.flag("euler_at_final", false),
        SigmaCurve.read(json),
        json.flag("use_flow_sigmas", false) ? json.number("flow_shift", 1) : 0,
        lambda(json),
        NamedSetting.read(json, "timestep_spacing", TimestepSpacing.LINSPACE),
        json.notNegative("steps_offset", 0),
        FinalSigmas.read(json));
  }

  /** Python writes minus infinity as a number that is not JSON, or as a text. */
  private static double lambda(ConfigJson json) {
    String key = "lambda_min_clipped";
    return json.has(key) && json.node().get(key).isNumber()
        ? json.number(key, 0)
        : Double.NEGATIVE_INFINITY;
  }

  @Override
  public void write(ObjectNode json) {
    betas.write(json);
    json.put("solver_order", order);
    json.put("prediction_type", prediction.text());
    range.writeThresholding(json);
    json.put("algorithm_type", algorithm.text());
    json.put("solver_type", solver.text());
    json.put("lower_order_final", lowerOrderFinal);
    json.put("euler_at_final", eulerAtFinal);
    curve.write(json, SigmaCurve.KARRAS, SigmaCurve.EXPONENTIAL, SigmaCurve.BETA, SigmaCurve.LU);
    json.put("use_flow_sigmas", isFlow());
    json.put("flow_shift", isFlow() ? flowShift : 1);
    if (Double.isFinite(lambdaMinClipped)) {
      json.put("lambda_min_clipped", lambdaMinClipped);
    }
    json.put("timestep_spacing", spacing.text());
    json.put("steps_offset", stepsOffset);
    FinalSigmas.write(json, endsAtSigmaMin);
  }

  boolean isFlow() {
    return flowShift > 0;
  }

  @Override
  public int numTrainTimesteps() {
    return betas.numTrainTimesteps();
  }

  @Override
  public Denoising denoising(int numSteps) {
    NoiseScheduler.requireSteps(numSteps, numTrainTimesteps());
    if (isFlow()) {
      double[] sigmas = flowSigmas(numSteps);
      double[] timesteps = truncated(Arrays.stream(sigmas).map(s -> s * numTrainTimesteps()));
      return steps(timesteps, sigmas, sigmas[numSteps - 1]);
    }
    SigmaTable table = new SigmaTable(betas.positiveAlphasCumprod());
    if (curve == SigmaCurve.TRAINED) {
      double[] timesteps = timesteps(numSteps);
      return steps(timesteps, table.at(timesteps), table.smallest());
    }
    double[] sigmas = curve.sigmas(table.largest(), table.smallest(), numSteps);
    double[] exact = table.timesteps(sigmas);
    boolean isRounded =
        (curve == SigmaCurve.KARRAS || curve == SigmaCurve.LU)
            && betas.curve() != BetaSchedule.Curve.SQUARED_COSINE;
    double[] timesteps = truncated(Arrays.stream(exact).map(t -> isRounded ? Math.rint(t) : t));
    return steps(timesteps, sigmas, sigmas[numSteps - 1]);
  }

  private Denoising steps(double[] timesteps, double[] sigmas, double smallest) {
    double[] all = Arrays.copyOf(sigmas, sigmas.length + 1);
    all[sigmas.length] = endsAtSigmaMin ? smallest : 0;
    return new DPMSolverSteps(this, timesteps, all);
  }

  private static double[] truncated(java.util.stream.DoubleStream times) {
    return times.map(t -> (long) t).toArray();
  }

  private double[] flowSigmas(int numSteps) {
    int train = numTrainTimesteps();
    return IntStream.range(0, numSteps)
        .mapToDouble(
            i -> {
              double sigma = (1 - 1.0 / train) * (numSteps - i) / numSteps;
              return flowShift * sigma / (1 + (flowShift - 1) * sigma);
            })
        .toArray();
  }

  /** Whole timesteps; those with less signal than the limit are left out. */
  private double[] timesteps(int numSteps) {
    double[] alphas = betas.positiveAlphasCumprod();
    int last = numTrainTimesteps();
    while (last > 1
        && 0.5 * Math.log(alphas[last - 1] / (1 - alphas[last - 1])) < lambdaMinClipped) {
      last--;
    }
    int all = last;
    return IntStream.range(0, numSteps)
        .mapToDouble(
            i ->
                switch (spacing) {
                  case LINSPACE -> Math.rint((all - 1.0) * (numSteps - i) / numSteps);
                  case LEADING -> (double) (numSteps - i) * (all / (numSteps + 1)) + stepsOffset;
                  case TRAILING ->
                      Math.rint(all - i * ((double) numTrainTimesteps() / numSteps)) - 1;
                })
        .toArray();
  }
}
