/**
 * Mini-batches of a dataset as a stream: made ahead of the learner, never farther than it allows.
 * {@link io.troupe.streams.batch.MiniBatches} first.
 */
package io.troupe.streams.batch;
