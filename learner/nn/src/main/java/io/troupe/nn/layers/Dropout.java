package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.random.Philox;

/**
 * Dropout (arXiv:1207.0580): in training, elements are set to 0 with probability {@code p} and the
 * others are multiplied by 1 / (1 - p); in evaluation the input is returned unchanged.
 *
 * <p>The n-th call after {@link #restartRandom} uses the n-th stream of the generator, so that a
 * step that restarts the generator first is reproducible.
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
      throw new IllegalArgumentException("p of dropout must be in [0, 1), got " + p);
    }
    this.p = p;
    this.generator = generator;
  }

  @Override
  protected void onRestartRandom(Philox restarted) {
    generator = restarted;
    numCalls = 0;
  }

  @Override
  protected long onRandomPosition() {
    return numCalls;
  }

  @Override
  protected void onRandomPosition(long position) {
    numCalls = position;
  }

  /** Drops elements in training; any shape. */
  @Override
  public Tensor forward(Tensor x) {
    if (!isTraining() || p == 0) {
      return x;
    }
    return Elementwise.dropout(x, p, generator.derive(numCalls++));
  }
}
