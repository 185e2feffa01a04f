/**
 * Decoding as a service with back pressure, shared by rollout actors, evaluation and {@code
 * generate}. Start with {@link io.troupe.rollout.service.DecodingService}: it takes requests that
 * sample or search with beams, and returns a {@link io.troupe.rollout.service.DecodingStream} of
 * events for each. It runs on any serial executor: {@link io.troupe.rollout.service.DecoderThread}
 * gives it a thread of its own, {@link io.troupe.rollout.service.InlineDecoder} the caller's
 * thread. Depends on {@code io.troupe.rollout.engine} and {@code io.troupe.rollout.beam}.
 */
package io.troupe.rollout.service;
