package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import java.util.Arrays;

/**
 * A ReLU with a learned slope below 0 (arXiv:1502.01852), as {@code torch.nn.PReLU}: one slope for
 * all elements, or one per channel (the second dimension).
 */
public final class PReLU extends Module implements Layer {
  private final Tensor weight;

  /**
   * A layer with initial slopes {@code init}.
   *
   * @param numParameters 1, or the number of channels
   * @param init PyTorch's default is 0.25
   */
  public PReLU(int numParameters, double init, Initializer initializer) {
    this.weight = parameter("weight", initializer.constant(init, numParameters));
  }

  /** (batch, channels, ...) to the same shape; with one slope any shape. */
  @Override
  public Tensor forward(Tensor x) {
    Tensor slopes = weight.reshape(slopesShape(x));
    Tensor above = x.greater(Tensor.zeros(x.dtype(), Shape.of()));
    return Elementwise.where(above, x, x.mul(slopes));
  }

  private int[] slopesShape(Tensor x) {
    if (weight.size(0) == 1) {
      return new int[] {1};
    }
    if (x.rank() < 2 || x.size(1) != weight.size(0)) {
      throw new ShapeException(
          "input of PReLU must have " + weight.size(0) + " channels, got " + x.shape());
    }
    int[] sizes = new int[x.rank() - 1];
    Arrays.fill(sizes, 1);
    sizes[0] = weight.size(0);
    return sizes;
  }
}
