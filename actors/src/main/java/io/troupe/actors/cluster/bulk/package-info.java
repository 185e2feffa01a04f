/**
 * Bulk messages between processes: {@link io.troupe.actors.cluster.bulk.BulkPort} sends and
 * receives {@link io.troupe.actors.cluster.protocol.BulkMessage}s over Aeron, {@link
 * io.troupe.actors.cluster.bulk.BulkKind} lists how each is laid out.
 */
package io.troupe.actors.cluster.bulk;
