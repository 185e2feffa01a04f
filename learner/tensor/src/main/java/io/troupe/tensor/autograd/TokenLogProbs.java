package io.troupe.tensor.autograd;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;

/**
 * The log-probability of one token per row of logits, with the row's entropy.
 *
 * @param logProbs (rows), recorded: the log-probability of each row's target; 0 where it is
 *     negative
 * @param entropy (rows), not recorded: the entropy of each row's distribution in nats
 */
public record TokenLogProbs(Tensor logProbs, Tensor entropy) {

  /**
   * Computes log-probabilities from logits. The gradient overwrites the logits, so that no second
   * tensor of their size is needed: the logits must not be used afterwards.
   *
   * @param logits (rows, vocab)
   * @param targets (rows), INT32; negative for ignored rows
   * @param temperature divides the logits, above 0
   */
  public static TokenLogProbs of(Tensor logits, Tensor targets, double temperature) {
    requireTargets(logits, targets);
    Shape rows = targets.shape();
    Tensor logProbs = Tensor.empty(logits.dtype(), rows);
    Tensor lse = Tensor.empty(logits.dtype(), rows);
    Tensor entropy = Tensor.empty(logits.dtype(), rows);
    Backend.of(logits)
        .loss()
        .tokenLogProbs(logProbs, lse, entropy, null, logits, targets, temperature);
    Node.record(
        "tokenLogProbs",
        logProbs,
        Saved.of(logits, lse, targets),
        (gradient, inputs) -> {
          Tensor dLogits = logits.detach();
          Backend.of(dLogits)
              .loss()
              .tokenLogProbsGrad(dLogits, gradient, null, logits, lse, targets, temperature);
          inputs.add(0, dLogits);
        },
        logits);
    return new TokenLogProbs(logProbs, entropy);
  }

  static void requireTargets(Tensor logits, Tensor targets) {
    if (logits.rank() != 2 || targets.rank() != 1 || logits.size(0) != targets.size(0)) {
      throw new ShapeException(
          "logits "
              + logits.shape()
              + " with targets "
              + targets.shape()
              + " must be (rows, vocab) and (rows)");
    }
    for (int i = 0; i < targets.numel(); i++) {
      if (targets.get(i) >= logits.size(1)) {
        throw new ShapeException(
            "target in row "
                + i
                + " must be in [0, "
                + logits.size(1)
                + "), got "
                + (int) targets.get(i));
      }
    }
  }
}
