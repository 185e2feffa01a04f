/**
 * Mini-batches of a dataset as a Pekko stream, made ahead of the learner up to a limit. Read {@link
 * io.troupe.streams.batch.MiniBatches} first.
 */
package io.troupe.streams.batch;
