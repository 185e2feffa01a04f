/**
 * Selection of tokens from logits. {@link io.troupe.rollout.sampling.Sampler} is sealed: the most
 * likely token, or a draw after transformers' chain of logits processors. Both apply {@link
 * io.troupe.rollout.sampling.ScoreProcessing} first. The kernels are the group {@code sampling()}
 * of the backend. Draws use the counter-based generator of {@code io.troupe.tensor.random}, so that
 * a sample does not depend on its batch.
 */
package io.troupe.rollout.sampling;
