package io.troupe.tensor.autograd;

import io.troupe.tensor.Tensor;

/** Collects the gradients of the operands of one operation during a backward pass. */
public final class InputGradients {
  private final BackwardPass pass;
  private final Tensor[] inputs;

  InputGradients(BackwardPass pass, Tensor[] inputs) {
    this.pass = pass;
    this.inputs = inputs;
  }

  /** Whether operand {@code i} is present and needs a gradient. */
  public boolean needed(int i) {
    return inputs[i] != null && inputs[i].requiresGrad();
  }

  /** Adds a gradient to operand {@code i}; ignored if it needs none. */
  public void add(int i, Tensor gradient) {
    if (needed(i)) {
      pass.accumulate(inputs[i], gradient);
    }
  }

  /**
   * Returns the buffer to which a kernel adds the gradient of operand {@code i} in place. It is
   * zeroed if there is no gradient yet; null if the operand needs none.
   */
  public Tensor buffer(int i) {
    return needed(i) ? pass.buffer(inputs[i]) : null;
  }
}
