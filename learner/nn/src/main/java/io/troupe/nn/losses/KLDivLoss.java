package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;

/**
 * The Kullback-Leibler divergence {@code target * (log(target) - input)} of log-probabilities
 * {@code input} from a target distribution, as {@code torch.nn.KLDivLoss}.
 *
 * @param logTarget whether the targets are log-probabilities
 * @param reduction {@link Reduction#BATCH_MEAN} is the mathematical definition
 */
public record KLDivLoss(boolean logTarget, Reduction reduction) implements Loss {
  /** Replaces a probability of 0 in the logarithm, whose result is then multiplied by 0. */
  private static final double TINY = 1e-37;

  /** Targets are probabilities; the batch mean. */
  public static KLDivLoss of() {
    return new KLDivLoss(false, Reduction.BATCH_MEAN);
  }

  /** Equal shapes. */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Elementwise.requireSame("KLDivLoss", input, target);
    if (logTarget) {
      return reduction.apply(target.exp().mul(target.sub(input)));
    }
    Tensor log = target.clamp(TINY, Double.POSITIVE_INFINITY).log();
    return reduction.apply(target.mul(log.sub(input)));
  }
}
