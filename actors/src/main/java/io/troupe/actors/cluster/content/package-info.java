/**
 * The content that learners and rollout nodes exchange, as the bytes of a {@link
 * io.troupe.actors.cluster.protocol.Payload}: weights, the state of training, and sums of gradient
 * shards. All nodes of a run have the same model, so no names and shapes travel.
 */
package io.troupe.actors.cluster.content;
