package io.troupe.rollout.beam;

import io.troupe.protocols.config.EarlyStopping;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.FinishReason;
import java.util.ArrayList;
import java.util.List;

/**
 * The best completions so far, best first, and whether the search can find better ones: the rules
 * of transformers 5, in its single precision.
 */
final class FinishedBeams {
  private final GenerationConfig config;
  private final int maxLength;
  private final List<Finished> best = new ArrayList<>();

  /** A completion with its final score. */
  record Finished(Hypothesis hypothesis, float score, FinishReason reason) {}

  FinishedBeams(GenerationConfig config, int maxLength) {
    this.config = config;
    this.maxLength = maxLength;
  }

  List<Finished> best() {
    return best;
  }

  /**
   * Adds a completion if it is one of the best; of equal scores the earlier completion ranks first.
   * All completions that end in one step compete, even if the first of them fulfills the condition
   * for early stopping.
   */
  void offer(Hypothesis hypothesis, FinishReason reason) {
    float score = penalized(hypothesis.score(), hypothesis.length());
    int at = best.size();
    while (at > 0 && score > best.get(at - 1).score) {
      at--;
    }
    best.add(at, new Finished(hypothesis, score, reason));
    if (best.size() > config.numBeams()) {
      best.removeLast();
    }
  }

  /**
   * Whether the search can still find a better completion.
   *
   * @param bestRunning the best of the beams that are not finished
   */
  boolean canImprove(Hypothesis bestRunning) {
    if (!isFull()) {
      return true;
    }
    if (config.earlyStopping() == EarlyStopping.TRUE) {
      return false;
    }
    boolean untilTheLimit =
        config.earlyStopping() == EarlyStopping.NEVER && config.lengthPenalty() > 0;
    int length = untilTheLimit ? maxLength : bestRunning.length();
    return penalized(bestRunning.score(), length) > best.getLast().score;
  }

  private boolean isFull() {
    return best.size() == config.numBeams();
  }

  private float penalized(float score, int length) {
    return score / (float) Math.pow(length, config.lengthPenalty());
  }
}
