package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.sampling.TokenLogProb;
import io.troupe.rollout.sampling.TopTokenLogProbs;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The log-probabilities of a prompt's tokens, computed in blocks of rows while the prompt is read.
 * They are those that a sampler reports for the same token: not a bit depends on the blocks.
 */
final class PromptScoring {
  private static final int MAX_LOGITS = 1 << 22; // of a block: 16 MiB

  private final int[] tokenIds;
  private final int numAlternatives;
  private final double temperature;
  private final float[] logProbs;
  private final List<List<TokenLogProb>> alternatives;

  PromptScoring(int[] tokenIds, int numAlternatives, double temperature) {
    this.tokenIds = tokenIds;
    this.numAlternatives = numAlternatives;
    this.temperature = temperature;
    this.logProbs = new float[tokenIds.length];
    this.alternatives = new ArrayList<>(Collections.nCopies(tokenIds.length, List.of()));
    logProbs[0] = Float.NaN;
  }

  /**
   * Computes the log-probabilities of the tokens that follow some positions.
   *
   * @param hidden the states of consecutive positions of the prompt, (positions, hidden)
   * @param from the first position
   * @throws IllegalStateException if a log-probability is NaN
   */
  void score(CausalLM model, Tensor hidden, int from) {
    int end = Math.min(from + hidden.size(0), tokenIds.length - 1);
    int blockRows = Math.max(1, MAX_LOGITS / model.config().vocabSize());
    for (int at = from; at < end; at += blockRows) {
      int next = Math.min(end, at + blockRows);
      try (Scope _ = model.scope().engine().open("prompt log-probabilities")) {
        scoreBlock(model.logits(hidden.rows(at - from, next - from)), at);
      }
    }
  }

  private void scoreBlock(Tensor logits, int from) {
    int count = logits.size(0);
    Tensor targets = Tensor.of(Arrays.copyOfRange(tokenIds, from + 1, from + 1 + count));
    Tensor ofTargets = Tensor.empty(DType.FLOAT32, Shape.of(count));
    Tensor lse = Tensor.empty(DType.FLOAT32, Shape.of(count));
    Backend.of(logits)
        .loss()
        .tokenLogProbs(ofTargets, lse, null, null, logits, targets, temperature);
    System.arraycopy(ofTargets.toFloats(), 0, logProbs, from + 1, count);
    List<List<TokenLogProb>> top = TopTokenLogProbs.of(logits, temperature, numAlternatives);
    for (int i = 0; i < count; i++) {
      if (Float.isNaN(logProbs[from + 1 + i])) {
        throw new IllegalStateException(
            "the logits at position " + (from + i) + " of a prompt are not numbers");
      }
      alternatives.set(from + 1 + i, top.get(i));
    }
  }

  /** The results, when every position has been scored. */
  PromptLogProbs result() {
    return new PromptLogProbs(logProbs, alternatives);
  }
}
