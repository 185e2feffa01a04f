package io.troupe.rollout.service;

import io.troupe.protocols.sample.SampledGroup;
import java.util.List;

/** An event of a {@link DecodingStream}. */
public sealed interface DecodingEvent {
  /**
   * A token has been selected.
   *
   * @param sampleIndex the index of the completion in its request
   * @param tokenId the token
   * @param logProb its log-probability in nats
   * @param textDelta the text that this token completes; the concatenation of all deltas is the
   *     text of the completion
   */
  record TokenDecoded(int sampleIndex, int tokenId, float logProb, String textDelta)
      implements DecodingEvent {}

  /**
   * All completions have ended. This is the last event of a stream.
   *
   * @param group the completions; those of a beam search best first
   * @param beamScores transformers' {@code sequences_scores}, one for each completion of a beam
   *     search that has ended; otherwise empty
   */
  record RequestCompleted(SampledGroup group, List<Float> beamScores) implements DecodingEvent {
    /** Copies the list. */
    public RequestCompleted {
      beamScores = List.copyOf(beamScores);
    }
  }
}
