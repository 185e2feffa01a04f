package io.troupe.rollout.service;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.sampling.TokenLogProb;
import java.util.List;
import java.util.Optional;

/** An event of a {@link DecodingStream}. */
public sealed interface DecodingEvent {
  /**
   * The prompt has been read, in a request for its log-probabilities. The first event of the
   * stream.
   *
   * @param logProbs for each token of the prompt its log-probability in nats; NaN for the first
   *     token, which has none. Not to be changed
   * @param alternatives for each token of the prompt the most likely tokens at its position, best
   *     first; empty for the first token
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over from the decoder, never changed
  record PromptScored(float[] logProbs, List<List<TokenLogProb>> alternatives)
      implements DecodingEvent {
    /** Copies the list. */
    public PromptScored {
      alternatives = List.copyOf(alternatives);
    }
  }

  /**
   * A token has been selected.
   *
   * @param sampleIndex the index of the completion in its request
   * @param tokenId the token
   * @param logProb its log-probability in nats
   * @param textDelta the text that this token completes; the concatenation of all deltas is the
   *     text of the completion
   * @param policyVersion version of the weights that computed its logits
   * @param alternatives the most likely tokens at its position, best first, as many as the request
   *     asks for
   * @param ended the completion, if this token ends it; the others of its request may go on
   */
  record TokenDecoded(
      int sampleIndex,
      int tokenId,
      float logProb,
      String textDelta,
      long policyVersion,
      List<TokenLogProb> alternatives,
      Optional<Completion> ended)
      implements DecodingEvent {
    /** Copies the list. */
    public TokenDecoded {
      alternatives = List.copyOf(alternatives);
    }
  }

  /**
   * All completions have ended. This is the last event of a stream.
   *
   * @param group the completions; those of a beam search best first
   * @param beamScores transformers' {@code sequences_scores}, one for each completion of a beam
   *     search that has ended; otherwise empty
   * @param numCachedTokens number of the prompt's tokens whose keys and values were cached by
   *     earlier requests
   */
  record RequestCompleted(SampledGroup group, List<Float> beamScores, int numCachedTokens)
      implements DecodingEvent {
    /** Copies the list. */
    public RequestCompleted {
      beamScores = List.copyOf(beamScores);
    }
  }
}
