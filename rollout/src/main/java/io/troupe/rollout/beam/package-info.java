/**
 * Beam search with transformers' scores and stopping. {@link io.troupe.rollout.beam.BeamSearch} is
 * the entry; beams share the pages of a {@link io.troupe.rollout.kvcache.PagedKvCache} as long as
 * they share tokens.
 */
package io.troupe.rollout.beam;
