package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;

/** {@code |input - target|}, as {@code torch.nn.L1Loss}. */
public record L1Loss(Reduction reduction) implements Loss {
  /** PyTorch's mean reduction. */
  public static L1Loss of() {
    return new L1Loss(Reduction.MEAN);
  }

  /** Equal shapes. */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Elementwise.requireSame("L1Loss", input, target);
    return reduction.apply(input.sub(target).apply(UnaryOp.ABS));
  }
}
