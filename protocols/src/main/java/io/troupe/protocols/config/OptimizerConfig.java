package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The optimizer and its settings, with the names and defaults of TRL's {@code GRPOConfig}. */
public sealed interface OptimizerConfig {

  /** The learning rate that the schedule scales; above 0. */
  double learningRate();

  /** Weight decay of the parameters of {@link #weightDecayOn}; 0 or more. */
  double weightDecay();

  /** What weight decay acts on. */
  WeightDecayOn weightDecayOn();

  /** The norm of all gradients together is scaled down to this; 0: not clipped. */
  double maxGradNorm();

  /**
   * Stochastic gradient descent, as {@code torch.optim.SGD}.
   *
   * @param momentum of the running gradient, in [0, 1); 0: none is kept
   * @param dampening of each new gradient in it, in [0, 1)
   * @param nesterov whether the step looks ahead; wants momentum and no dampening
   */
  record Sgd(
      double learningRate,
      double momentum,
      double dampening,
      boolean nesterov,
      double weightDecay,
      WeightDecayOn weightDecayOn,
      double maxGradNorm)
      implements OptimizerConfig {

    /** Checks every range. */
    public Sgd {
      requireShared(learningRate, weightDecay, maxGradNorm);
      Settings.require(momentum >= 0 && momentum < 1, "momentum", momentum, "wants [0, 1)");
      Settings.require(dampening >= 0 && dampening < 1, "dampening", dampening, "wants [0, 1)");
      if (nesterov && (momentum == 0 || dampening != 0)) {
        throw new IllegalArgumentException(
            "nesterov=true with momentum="
                + momentum
                + " and dampening="
                + dampening
                + ": wants momentum above 0 and dampening 0");
      }
    }
  }

  /**
   * Adam (arXiv:1412.6980), as {@code torch.optim.Adam}: weight decay joins the gradient.
   *
   * @param adamBeta1 decay of the mean of gradients, in [0, 1)
   * @param adamBeta2 decay of the mean of their squares, in [0, 1)
   * @param adamEpsilon keeps the division finite, 0 or more
   */
  record Adam(
      double learningRate,
      double adamBeta1,
      double adamBeta2,
      double adamEpsilon,
      double weightDecay,
      WeightDecayOn weightDecayOn,
      double maxGradNorm)
      implements OptimizerConfig {

    /** Checks every range. */
    public Adam {
      requireShared(learningRate, weightDecay, maxGradNorm);
      requireAdam(adamBeta1, adamBeta2, adamEpsilon);
    }
  }

  /**
   * Adam with decoupled weight decay (arXiv:1711.05101), as {@code torch.optim.AdamW}; the default.
   *
   * @param adamBeta1 decay of the mean of gradients, in [0, 1)
   * @param adamBeta2 decay of the mean of their squares, in [0, 1)
   * @param adamEpsilon keeps the division finite, 0 or more
   */
  record AdamW(
      double learningRate,
      double adamBeta1,
      double adamBeta2,
      double adamEpsilon,
      double weightDecay,
      WeightDecayOn weightDecayOn,
      double maxGradNorm)
      implements OptimizerConfig {

    /** Checks every range. */
    public AdamW {
      requireShared(learningRate, weightDecay, maxGradNorm);
      requireAdam(adamBeta1, adamBeta2, adamEpsilon);
    }
  }

  /**
   * Reads {@code optim} (adamw, adam or sgd) and its keys {@code learning-rate}, {@code
   * weight-decay}, {@code weight-decay-on}, {@code max-grad-norm}, {@code adam-beta1}, {@code
   * adam-beta2}, {@code adam-epsilon}, {@code momentum}, {@code dampening} and {@code nesterov};
   * missing ones have TRL's defaults, and decay acts on matrices.
   *
   * @throws IllegalArgumentException naming the key, if a value is out of range
   */
  static OptimizerConfig from(Config config) {
    Settings settings = new Settings(config);
    double learningRate = settings.number("learning-rate", 1e-6);
    double weightDecay = settings.number("weight-decay", 0.0);
    WeightDecayOn decayOn = WeightDecayOn.from(settings.text("weight-decay-on", "matrices"));
    double maxGradNorm = settings.number("max-grad-norm", 1.0);
    double beta1 = settings.number("adam-beta1", 0.9);
    double beta2 = settings.number("adam-beta2", 0.999);
    double epsilon = settings.number("adam-epsilon", 1e-8);
    Map<String, Supplier<OptimizerConfig>> known = new LinkedHashMap<>();
    known.put(
        "adamw",
        () -> new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, decayOn, maxGradNorm));
    known.put(
        "adam",
        () -> new Adam(learningRate, beta1, beta2, epsilon, weightDecay, decayOn, maxGradNorm));
    known.put(
        "sgd",
        () ->
            new Sgd(
                learningRate,
                settings.number("momentum", 0.0),
                settings.number("dampening", 0.0),
                settings.flag("nesterov", false),
                weightDecay,
                decayOn,
                maxGradNorm));
    return Settings.choose("optim", settings.text("optim", "adamw"), known).get();
  }

  private static void requireShared(double learningRate, double weightDecay, double maxGradNorm) {
    Settings.require(
        Settings.isPositive(learningRate), "learning-rate", learningRate, "wants a number above 0");
    Settings.require(
        Settings.isNotNegative(weightDecay), "weight-decay", weightDecay, "wants 0 or more");
    Settings.require(
        Settings.isNotNegative(maxGradNorm),
        "max-grad-norm",
        maxGradNorm,
        "wants 0 (no clipping) or more");
  }

  private static void requireAdam(double beta1, double beta2, double epsilon) {
    Settings.require(beta1 >= 0 && beta1 < 1, "adam-beta1", beta1, "wants [0, 1)");
    Settings.require(beta2 >= 0 && beta2 < 1, "adam-beta2", beta2, "wants [0, 1)");
    Settings.require(Settings.isNotNegative(epsilon), "adam-epsilon", epsilon, "wants 0 or more");
  }
}
