package io.troupe.rollout.sampling;

/**
 * A token that a model could have selected.
 *
 * @param tokenId the token
 * @param logProb its log-probability in nats, under the temperature-scaled softmax of the logits
 *     before penalties, biases and masks
 */
public record TokenLogProb(int tokenId, float logProb) {}
