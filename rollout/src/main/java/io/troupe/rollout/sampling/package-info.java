/**
 * From logits to tokens. {@link io.troupe.rollout.sampling.Sampler} is sealed: the likeliest token,
 * or a draw after transformers' chain of processors and warpers. Draws come from the counter-based
 * generator of {@code io.troupe.tensor.random}, so that a sample does not depend on its batch.
 */
package io.troupe.rollout.sampling;
