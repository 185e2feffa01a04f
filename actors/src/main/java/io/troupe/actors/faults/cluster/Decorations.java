package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.log.disk.Disk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.replication.ReplicationMessage;
import java.util.Optional;

/**
 * Changes of the world of a process between its cores and the simulation. Tests plant bugs with
 * them; by default nothing is changed.
 */
public interface Decorations {
  /** Changes nothing. */
  Decorations NONE = new Decorations() {};

  /** The disk of a process. */
  default Disk disk(String node, Disk disk) {
    return disk;
  }

  /** A message before it is handled; empty if it is dropped. */
  default Optional<ControlMessage> received(String node, ControlMessage message) {
    return Optional.of(message);
  }

  /** Content before it is handled; empty if it is dropped. */
  default Optional<BulkMessage> received(String node, BulkMessage message) {
    return Optional.of(message);
  }

  /** A message of the log before it is handled; empty if it is dropped. */
  default Optional<ReplicationMessage> received(
      String node, String from, ReplicationMessage message) {
    return Optional.of(message);
  }

  /** A record before the coordinator of a node appends it. */
  default LogRecord appended(String node, LogRecord record) {
    return record;
  }
}
