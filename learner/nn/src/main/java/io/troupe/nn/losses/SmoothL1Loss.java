package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;

/**
 * {@link HuberLoss} divided by its delta, here called {@code beta}, as {@code
 * torch.nn.SmoothL1Loss}.
 *
 * @param beta difference at which the loss changes from quadratic to linear, 0 or more; with 0 it
 *     is {@link L1Loss}
 */
public record SmoothL1Loss(double beta, Reduction reduction) implements Loss {
  /** Checks beta. */
  public SmoothL1Loss {
    if (!(beta >= 0)) {
      throw new IllegalArgumentException("beta must be 0 or more, got " + beta);
    }
  }

  /** PyTorch's beta of 1 and mean reduction. */
  public static SmoothL1Loss of() {
    return new SmoothL1Loss(1, Reduction.MEAN);
  }

  /** Equal shapes. */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    if (beta == 0) {
      return new L1Loss(reduction).forward(input, target);
    }
    return new HuberLoss(beta, reduction).forward(input, target).div(beta);
  }
}
