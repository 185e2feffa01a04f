/**
 * Mini-batches of supervised learning, as they go from the data's stream to the learner: plain
 * arrays that nobody writes any more. {@link io.troupe.protocols.batch.MiniBatch} first.
 */
package io.troupe.protocols.batch;
