package io.troupe.training.grpo;

/**
 * The loss or a gradient became NaN or infinite; the step was stopped before it touched the
 * weights.
 */
public final class NonFiniteLossException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private NonFiniteLossException(String message) {
    super(message);
  }

  static NonFiniteLossException of(
      long step, long policyVersion, GrpoObjective.Evaluation evaluation, double gradNorm) {
    return new NonFiniteLossException(
        "step %d (policy version %d): loss=%s (policy=%s, kl=%s), grad_norm=%s: %s"
            .formatted(
                step,
                policyVersion,
                evaluation.loss(),
                evaluation.policyLoss(),
                evaluation.klLoss(),
                gradNorm,
                "the weights are unchanged; lower learning-rate or max-grad-norm and resume"));
  }

  /**
   * The same for supervised fine-tuning.
   *
   * @param step counted from 1
   */
  public static NonFiniteLossException ofFineTuning(long step, double loss, double gradNorm) {
    return new NonFiniteLossException(
        "fine-tuning step %d: loss=%s, grad_norm=%s: %s"
            .formatted(step, loss, gradNorm, "the weights are unchanged; lower the learning rate"));
  }

  /**
   * The same for supervised training.
   *
   * @param step counted from 1
   * @param where the first value that is no number came up
   */
  public static NonFiniteLossException ofSupervised(
      long step, double loss, double gradNorm, String where) {
    return new NonFiniteLossException(
        "step %d: loss=%s, grad_norm=%s: not a number first in %s; %s"
            .formatted(
                step,
                loss,
                gradNorm,
                where,
                "the weights are unchanged: look at the data, or lower learning-rate"));
  }
}
