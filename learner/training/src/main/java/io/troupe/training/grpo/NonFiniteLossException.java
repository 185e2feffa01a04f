package io.troupe.training.grpo;

/**
 * The loss or a gradient became NaN or infinite; the step was stopped before it touched the
 * weights.
 */
public final class NonFiniteLossException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  NonFiniteLossException(
      long step, long policyVersion, GrpoObjective.Evaluation evaluation, double gradNorm) {
    super(
        "step "
            + step
            + " (policy version "
            + policyVersion
            + "): loss="
            + evaluation.loss()
            + " (policy="
            + evaluation.policyLoss()
            + ", kl="
            + evaluation.klLoss()
            + "), grad_norm="
            + gradNorm
            + ": the weights are unchanged; lower learning-rate or max-grad-norm and resume");
  }
}
