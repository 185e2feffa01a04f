package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.AdaptiveAvgPool2d;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Flatten;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.ReLU;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** A classifier in the middle of GoogLeNet: torchvision's {@code InceptionAux}. */
final class AuxiliaryHead extends Module implements Layer {
  /**
   * Deviation of GoogLeNet's initial weights. torchvision truncates its normal distribution at 200
   * standard deviations, which has no effect.
   */
  static final double INITIAL_DEVIATION = 0.01;

  private static final int POOLED = 4;

  private final Sequential stack;

  AuxiliaryHead(int inChannels, int numClasses, double dropout, Initializer initializer) {
    this.stack =
        Sequential.of(
            AdaptiveAvgPool2d.of(POOLED),
            child("conv", new NormalizedConv2d(inChannels, 128, 1, 1, 0, initializer)),
            new Flatten(),
            child("fc1", linear(128 * POOLED * POOLED, 1024, initializer)),
            new ReLU(true),
            child("dropout", new Dropout(dropout, Philox.of(0))),
            child("fc2", linear(1024, numClasses, initializer)));
  }

  /** A layer with a normal weight and PyTorch's initial bias. */
  static Linear linear(int in, int out, Initializer initializer) {
    return Linear.of(
        initializer.normal(INITIAL_DEVIATION, out, in),
        initializer.uniform(1 / Math.sqrt(in), out));
  }

  @Override
  public Tensor forward(Tensor x) {
    return stack.forward(x);
  }
}
