package io.troupe.protocols.config;

import com.typesafe.config.Config;

/** The optimizer and its settings, with the names and defaults of TRL's {@code GRPOConfig}. */
public sealed interface OptimizerConfig {

  /** The learning rate that the schedule scales; above 0. */
  double learningRate();

  /** Weight decay of the parameters of {@link #weightDecayOn}; 0 or more. */
  double weightDecay();

  /** Parameters with weight decay. */
  WeightDecayOn weightDecayOn();

  /** Maximum norm of all gradients together, which are scaled down to it; 0 for no clipping. */
  double maxGradNorm();

  /**
   * Stochastic gradient descent, as {@code torch.optim.SGD}.
   *
   * @param momentum decay of the running gradient, in [0, 1); 0 for no momentum
   * @param dampening of each new gradient in it, in [0, 1)
   * @param nesterov whether to use Nesterov momentum; requires momentum and no dampening
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
      checkShared(learningRate, weightDecay, maxGradNorm);
      OptimizerKeys.MOMENTUM.check(momentum);
      OptimizerKeys.DAMPENING.check(dampening);
      OptimizerKeys.NESTEROV.require(
          !nesterov || (momentum > 0 && dampening == 0),
          nesterov,
          "false with momentum=" + momentum + " and dampening=" + dampening,
          "set momentum > 0 and dampening=0");
    }
  }

  /**
   * Adam (arXiv:1412.6980), as {@code torch.optim.Adam}: weight decay is added to the gradient.
   *
   * @param adamBeta1 decay of the mean of gradients, in [0, 1)
   * @param adamBeta2 decay of the mean of their squares, in [0, 1)
   * @param adamEpsilon added to the denominator, 0 or more
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
      checkShared(learningRate, weightDecay, maxGradNorm);
      checkAdam(adamBeta1, adamBeta2, adamEpsilon);
    }
  }

  /**
   * Adam with decoupled weight decay (arXiv:1711.05101), as {@code torch.optim.AdamW}; the default.
   *
   * @param adamBeta1 decay of the mean of gradients, in [0, 1)
   * @param adamBeta2 decay of the mean of their squares, in [0, 1)
   * @param adamEpsilon added to the denominator, 0 or more
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
      checkShared(learningRate, weightDecay, maxGradNorm);
      checkAdam(adamBeta1, adamBeta2, adamEpsilon);
    }
  }

  /**
   * Reads the section {@code optimizer}; a missing key has TRL's default, and weight decay applies
   * to matrices.
   *
   * @throws IllegalArgumentException naming the key, if a value has the wrong type or is out of
   *     range
   */
  static OptimizerConfig from(Config config) {
    return OptimizerKeys.OPTIM.read(config).apply(config);
  }

  private static void checkShared(double learningRate, double weightDecay, double maxGradNorm) {
    OptimizerKeys.LEARNING_RATE.check(learningRate);
    OptimizerKeys.WEIGHT_DECAY.check(weightDecay);
    OptimizerKeys.MAX_GRAD_NORM.check(maxGradNorm);
  }

  private static void checkAdam(double beta1, double beta2, double epsilon) {
    OptimizerKeys.ADAM_BETA1.check(beta1);
    OptimizerKeys.ADAM_BETA2.check(beta2);
    OptimizerKeys.ADAM_EPSILON.check(epsilon);
  }
}
