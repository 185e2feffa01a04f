package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Stochastic depth (arXiv:1603.09382): in training, the branch of a whole example is set to 0 with
 * probability {@code p} and the others are multiplied by 1 / (1 - p), as timm's {@code DropPath}
 * and torchvision's {@code StochasticDepth} by row.
 */
public final class DropPath extends Module implements Layer {
  private final double p;
  private final Dropout ofExamples;

  /**
   * A layer.
   *
   * @param p in [0, 1)
   */
  public DropPath(double p, Philox generator) {
    this.p = p;
    this.ofExamples = child("examples", new Dropout(p, generator));
  }

  /** Whether a branch may be dropped now. */
  public boolean isActive() {
    return isTraining() && p > 0;
  }

  /** (batch, ...) to the same shape. */
  @Override
  public Tensor forward(Tensor branch) {
    if (!isActive()) {
      return branch;
    }
    int[] sizes = new int[branch.rank()];
    java.util.Arrays.fill(sizes, 1);
    sizes[0] = branch.size(0);
    return branch.mul(ofExamples.forward(Tensor.full(branch.dtype(), Shape.of(sizes), 1)));
  }
}
