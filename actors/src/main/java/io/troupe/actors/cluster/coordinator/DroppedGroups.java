package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.ledger.DropReason;
import io.troupe.log.record.LogRecord.Dropped;
import java.util.Map;

/** Writes dropped groups into the log and lets their nodes forget them. */
final class DroppedGroups {
  private final Outbox outbox;
  private final LogWriter writer;
  private final Map<Long, AssignedGroup> groups;

  DroppedGroups(Outbox outbox, LogWriter writer, Map<Long, AssignedGroup> groups) {
    this.outbox = outbox;
    this.writer = writer;
    this.groups = groups;
  }

  void add(long groupId, DropReason reason) {
    AssignedGroup group = groups.remove(groupId);
    boolean hasContent = group.content != null;
    Dropped record =
        new Dropped(
            groupId,
            reason.label(),
            group.attempt + 1,
            group.sampledBy,
            hasContent ? group.digest.numTokens() : 0,
            hasContent ? group.digest.unscorable() : Map.of(),
            group.issuedMillis);
    writer.append(
        record,
        () -> {
          if (hasContent) {
            outbox.send(group.content.scoredBy(), new Accepted(outbox.epoch(), groupId));
          }
        });
  }
}
