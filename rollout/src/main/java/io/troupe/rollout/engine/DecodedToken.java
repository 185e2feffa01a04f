package io.troupe.rollout.engine;

import io.troupe.protocols.sample.Completion;
import io.troupe.rollout.sampling.TokenLogProb;
import java.util.List;
import java.util.Optional;

/**
 * A token that has been selected.
 *
 * @param groupId the id in the {@link io.troupe.protocols.sample.GroupSpec}
 * @param sampleIndex the index of the completion in its group
 * @param tokenId the token
 * @param logProb its log-probability in nats, as in {@link
 *     io.troupe.protocols.sample.Completion#logProbs}
 * @param textDelta the text that this token completes. It may be empty, and it may begin with the
 *     text of earlier tokens. The concatenation of all deltas is the text of the completion
 * @param policyVersion version of the weights that computed its logits
 * @param alternatives the most likely tokens at this position, best first
 * @param ended the completion, if this token ends it; other completions of its group may go on
 */
public record DecodedToken(
    long groupId,
    int sampleIndex,
    int tokenId,
    float logProb,
    String textDelta,
    long policyVersion,
    List<TokenLogProb> alternatives,
    Optional<Completion> ended) {

  /** Copies the list. */
  public DecodedToken {
    alternatives = List.copyOf(alternatives);
  }
}
