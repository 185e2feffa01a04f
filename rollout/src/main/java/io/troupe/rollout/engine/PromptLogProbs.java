package io.troupe.rollout.engine;

import io.troupe.rollout.sampling.TokenLogProb;
import java.util.List;

/**
 * The log-probabilities of the tokens of a prompt.
 *
 * @param logProbs for each token its log-probability in nats; NaN for the first token, which has
 *     none. Not to be changed
 * @param alternatives for each token the most likely tokens at its position, best first; empty for
 *     the first token
 */
@SuppressWarnings("ArrayRecordComponent") // handed over from the decoder, never changed
public record PromptLogProbs(float[] logProbs, List<List<TokenLogProb>> alternatives) {
  /** Copies the list. */
  public PromptLogProbs {
    alternatives = List.copyOf(alternatives);
  }
}
