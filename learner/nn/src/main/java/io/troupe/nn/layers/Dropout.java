package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.random.Philox;

/**
 * Dropout (arXiv:1207.0580): in training, elements are 0 with probability {@code p} and the others
 * grow by 1 / (1 - p); in evaluation nothing happens.
 *
 * <p>The n-th call after {@link #restartRandom} draws from the n-th stream of the generator, so a
 * step that sets the generator first can be repeated exactly.
 */
public final class Dropout extends Module implements Layer {
  private final double p;
  private Philox generator;
  private long numCalls;

  /**
   * A dropout layer.
   *
   * @param p in [0, 1)
   */
  public Dropout(double p, Philox generator) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException("dropout p=" + p + ": expected a number in [0, 1)");
    }
    this.p = p;
    this.generator = generator;
  }

  @Override
  protected void onRestartRandom(Philox restarted) {
    generator = restarted;
    numCalls = 0;
  }

  /** Drops elements when training; any shape. */
  @Override
  public Tensor forward(Tensor x) {
    if (!isTraining() || p == 0) {
      return x;
    }
    return Elementwise.dropout(x, p, generator.derive(numCalls++));
  }
}
