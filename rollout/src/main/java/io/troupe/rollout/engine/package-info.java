/**
 * Continuous batching: {@link io.troupe.rollout.engine.DecodingEngine} accepts groups at any time
 * and advances all running samples by one token per forward pass. Depends on the models of {@code
 * io.troupe.nn.lm}, the cache of {@code io.troupe.rollout.kvcache}, the samplers of {@code
 * io.troupe.rollout.sampling} and the output constraints of {@code io.troupe.rollout.constraint}.
 * {@link io.troupe.rollout.engine.SampleReplay} samples recorded groups again and compares them.
 */
package io.troupe.rollout.engine;
