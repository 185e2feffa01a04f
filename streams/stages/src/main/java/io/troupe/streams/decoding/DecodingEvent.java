package io.troupe.streams.decoding;

import io.troupe.protocols.sample.SampledGroup;

/** What comes out of decoding. */
public sealed interface DecodingEvent {
  /**
   * A token has been chosen.
   *
   * @param groupId of the request
   * @param sampleIndex its completion in the group
   * @param tokenId the token
   * @param logProb its log-probability in nats
   * @param textDelta the text that is certain with it; all deltas together are the completion's
   *     text
   */
  record TokenDecoded(long groupId, int sampleIndex, int tokenId, float logProb, String textDelta)
      implements DecodingEvent {}

  /**
   * A group is complete; follows the tokens of all its completions.
   *
   * @param group all of it
   */
  record GroupDecoded(SampledGroup group) implements DecodingEvent {}
}
