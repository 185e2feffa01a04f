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

  /** Whether operand {@code i} needs a gradient and has none yet. */
  boolean isFirst(int i) {
    return needed(i) && pass.isFirst(inputs[i]);
  }

  /** Allocates the first gradient of operand {@code i} for a kernel that overwrites all of it. */
  Tensor first(int i) {
    return pass.first(inputs[i]);
  }

  /**
   * Returns the gradient of operand {@code i} so far, if there is one that a kernel may add to in
   * place, else null.
   */
  Tensor own(int i) {
    return needed(i) ? pass.own(inputs[i]) : null;
  }

  /**
   * Returns memory that a kernel overwrites with a gradient of the same shape as that of the result
   * while it reads the latter: the same memory if nothing else reads it.
   *
   * @param gradient the gradient of the result
   */
  Tensor over(Tensor gradient) {
    return pass.isExclusive(gradient) ? gradient : Tensor.empty(gradient.dtype(), gradient.shape());
  }
}
