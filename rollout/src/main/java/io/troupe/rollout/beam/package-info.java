/**
 * Beam search with transformers' scores and stopping. {@link io.troupe.rollout.beam.BeamSearch} is
 * one search; beams share the pages of a {@link io.troupe.rollout.kvcache.PagedKvCache} that hold
 * their common tokens.
 */
package io.troupe.rollout.beam;
