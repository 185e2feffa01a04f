package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;

/** {@code (input - target)^2}, as {@code torch.nn.MSELoss}. */
public record MSELoss(Reduction reduction) implements Loss {
  /** PyTorch's mean reduction. */
  public static MSELoss of() {
    return new MSELoss(Reduction.MEAN);
  }

  /** Equal shapes. */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Elementwise.requireSame("MSELoss", input, target);
    return reduction.apply(input.sub(target).apply(UnaryOp.SQUARE));
  }
}
