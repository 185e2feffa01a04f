package io.troupe.training.optim;

/**
 * The loss or a gradient became NaN or infinite; the step was stopped before it touched the
 * weights. Every learner throws it, whatever it learns.
 */
public final class NonFiniteLossException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /**
   * Says so.
   *
   * @param what the step, the loss and its parts
   * @param gradNorm norm of the gradients
   * @param advice where to look, and what to change
   */
  public NonFiniteLossException(String what, double gradNorm, String advice) {
    super("%s, grad_norm=%s: %s".formatted(what, gradNorm, advice));
  }
}
