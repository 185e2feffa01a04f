package io.troupe.training.optim;

/**
 * The loss or a gradient is NaN or infinite. The optimizer step was not made; the message states
 * whether earlier optimizer steps of the same training step were.
 */
public final class NonFiniteLossException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /**
   * An exception with the metrics of the step.
   *
   * @param step with the loss and its parts
   * @param gradNorm norm of the gradients
   * @param advice whether the weights have changed, and which setting to change
   */
  public NonFiniteLossException(String step, double gradNorm, String advice) {
    super("%s, grad_norm=%s: %s".formatted(step, gradNorm, advice));
  }
}
