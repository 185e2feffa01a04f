package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;

/**
 * Half the square of a difference d up to {@code delta}, {@code delta * (|d| - delta / 2)} beyond,
 * as {@code torch.nn.HuberLoss}.
 *
 * @param delta difference at which the loss changes from quadratic to linear, above 0
 */
public record HuberLoss(double delta, Reduction reduction) implements Loss {
  /** Checks delta. */
  public HuberLoss {
    if (!(delta > 0)) {
      throw new IllegalArgumentException("delta must be above 0, got " + delta);
    }
  }

  /** PyTorch's delta of 1 and mean reduction. */
  public static HuberLoss of() {
    return new HuberLoss(1, Reduction.MEAN);
  }

  /** Equal shapes. */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Elementwise.requireSame("HuberLoss", input, target);
    Tensor distance = input.sub(target).apply(UnaryOp.ABS);
    Tensor near = distance.clamp(0, delta);
    Tensor square = near.apply(UnaryOp.SQUARE).mul(0.5);
    return reduction.apply(square.add(distance.sub(near).mul(delta)));
  }
}
