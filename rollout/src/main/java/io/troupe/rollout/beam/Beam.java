package io.troupe.rollout.beam;

import io.troupe.protocols.sample.Completion;

/**
 * A completion found by beam search.
 *
 * @param completion its tokens, with the log-probabilities of the model before any penalty
 * @param score transformers' {@code sequences_scores}: the sum of the (penalized) log-probabilities
 *     divided by the length to the power of the length penalty
 */
public record Beam(Completion completion, float score) {}
