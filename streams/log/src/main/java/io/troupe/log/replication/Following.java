package io.troupe.log.replication;

import io.troupe.log.replication.ReplicationMessage.Append;
import io.troupe.log.replication.ReplicationMessage.Appended;
import io.troupe.log.replication.ReplicationMessage.Conflict;
import io.troupe.log.replication.ReplicationMessage.StartAt;
import java.io.IOException;

/** Copies the records of the leader of an epoch, once that has sent any. */
final class Following implements Role {
  private final LocalLog log;
  private final ReplicationPort port;
  private final long epoch;
  private String leader = "";
  private long verified; // records below it are those of the leader

  Following(LocalLog log, ReplicationPort port, long epoch) {
    this.log = log;
    this.port = port;
    this.epoch = epoch;
  }

  /** Empty until the leader has sent records. */
  String leader() {
    return leader;
  }

  void append(String from, Append message) throws IOException {
    leader = from;
    long at = message.from();
    if (!log.agreesBefore(at, message.previousEpoch())) {
      port.send(
          from,
          new Conflict(epoch, log.retryFrom(at, Math.max(log.firstIndex(), log.commitIndex()))));
      return;
    }
    log.copy(message.entries());
    verified = Math.max(verified, at + message.entries().size());
    log.commit(Math.min(message.commitIndex(), verified));
    log.purgeBelow(message.firstIndex());
    durable();
  }

  void startAt(String from, StartAt message) throws IOException {
    leader = from;
    log.startAt(message.index(), message.previousEpoch());
    verified = Math.max(verified, message.index());
    durable();
  }

  @Override
  public void tick() {}

  @Override
  public void durable() {
    if (!leader.isEmpty()) {
      long matched = Math.min(verified, log.store().durableIndex());
      port.send(leader, new Appended(epoch, matched));
    }
  }
}
