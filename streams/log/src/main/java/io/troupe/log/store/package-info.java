/**
 * The durable log of one node: segments of numbered records with checksums. Start with {@link
 * io.troupe.log.store.SegmentedLog}; {@link io.troupe.log.store.LogReader} reads the log of a
 * running process. Content of records is opaque here, see {@link io.troupe.log.record}.
 */
package io.troupe.log.store;
