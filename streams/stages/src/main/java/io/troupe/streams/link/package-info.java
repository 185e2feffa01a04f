/**
 * Bulk transport between processes over Aeron: weights, gradients, samples and state, authenticated
 * with the key of the run. Read {@link io.troupe.streams.link.BulkLink} first; messages and their
 * handlers are in {@code link.message}, the layout of frames in {@code link.frame}.
 */
package io.troupe.streams.link;
