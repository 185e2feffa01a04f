/**
 * The transfer of policy weights from the learner to the rollout actors, over Aeron.
 *
 * <p>{@link io.troupe.streams.weights.WeightBroadcast} keeps the newest version and sends it on
 * request, as the frames of {@code io.troupe.protocols.weights}. {@link
 * io.troupe.streams.weights.WeightReceiver} assembles a version next to the decoding model and
 * swaps it in. {@link io.troupe.streams.weights.WeightLink} is the transport within one process.
 * Nothing is resent automatically: a receiver reports the error, and its owner requests the version
 * again.
 */
package io.troupe.streams.weights;
