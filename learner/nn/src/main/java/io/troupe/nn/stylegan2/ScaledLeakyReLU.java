package io.troupe.nn.stylegan2;

import io.troupe.nn.layers.LeakyReLU;
import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;

/**
 * A leaky ReLU that is scaled and then limited. It keeps the variance of its input with a slope of
 * 0.2 and a gain of sqrt(2).
 *
 * @param slope below 0; 1 for the identity
 * @param gain factor of the result
 * @param clamp largest magnitude of the result; 0 for no limit
 */
record ScaledLeakyReLU(double slope, double gain, double clamp) {
  private static final double SLOPE = 0.2;

  /** The activation of most layers. */
  static ScaledLeakyReLU active(double gain, double clamp) {
    return new ScaledLeakyReLU(SLOPE, Math.sqrt(2) * gain, clamp * gain);
  }

  /** No activation, only the scale and the limit. */
  static ScaledLeakyReLU linear(double gain, double clamp) {
    return new ScaledLeakyReLU(1, gain, clamp * gain);
  }

  Dual forward(Dual x) {
    return x.map(this::limited, this::derivative);
  }

  private Tensor limited(Tensor x) {
    Tensor scaled = scaled(x);
    return clamp > 0 ? scaled.clamp(-clamp, clamp) : scaled;
  }

  private Tensor scaled(Tensor x) {
    Tensor active = slope == 1 ? x : new LeakyReLU(slope).forward(x);
    return gain == 1 ? active : active.mul(gain);
  }

  /** Piecewise constant, so that it has no derivative of its own. */
  private Tensor derivative(Tensor value) {
    Tensor x = value.detach();
    Tensor steps = x.greater(Tensor.scalar(x.dtype(), 0)).mul((1 - slope) * gain).add(slope * gain);
    if (clamp == 0) {
      return steps;
    }
    Tensor scaled = scaled(x);
    return steps.mul(Elementwise.compare(BinaryOp.EQUAL, scaled, scaled.clamp(-clamp, clamp)));
  }
}
