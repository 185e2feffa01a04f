/**
 * Mini-batches of supervised learning, which the data stream sends to the learner: plain arrays
 * that do not change. Read {@link io.troupe.protocols.batch.MiniBatch} first.
 */
package io.troupe.protocols.batch;
