package io.troupe.tensor.autograd;

import io.troupe.tensor.Tensor;

/** Takes the gradients of the operands of one operation during a backward pass. */
public final class InputGradients {
  private final BackwardPass pass;
  private final Tensor[] inputs;

  InputGradients(BackwardPass pass, Tensor[] inputs) {
    this.pass = pass;
    this.inputs = inputs;
  }

  /** Whether operand {@code i} is there and needs a gradient. */
  public boolean needed(int i) {
    return inputs[i] != null && inputs[i].requiresGrad();
  }

  /** Adds a gradient to operand {@code i}; ignored when it needs none. */
  public void add(int i, Tensor gradient) {
    if (needed(i)) {
      pass.accumulate(inputs[i], gradient);
    }
  }

  /**
   * The buffer into which the gradient of operand {@code i} is to be added in place, zeroed when
   * nothing is there yet; null when the operand needs none. Saves a copy where a kernel can
   * accumulate.
   */
  public Tensor buffer(int i) {
    return needed(i) ? pass.buffer(inputs[i]) : null;
  }
}
