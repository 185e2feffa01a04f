/**
 * The weights of a policy on their way from the learner to the rollout actors, over Aeron.
 *
 * <p>{@link io.troupe.streams.weights.WeightBroadcast} keeps the newest version and sends it, as
 * the frames of {@code io.troupe.protocols.weights}, to whoever asks; {@link
 * io.troupe.streams.weights.WeightReceiver} assembles a version beside the model that decodes and
 * swaps it in whole. {@link io.troupe.streams.weights.WeightLink} is the transport of one process.
 * Nothing here resends by itself: a receiver says what is wrong, and its owner asks again.
 */
package io.troupe.streams.weights;
