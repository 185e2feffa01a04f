package io.troupe.log.replication;

import io.troupe.log.replication.ReplicationMessage.Append;
import io.troupe.log.replication.ReplicationMessage.Appended;
import io.troupe.log.replication.ReplicationMessage.Conflict;
import io.troupe.log.replication.ReplicationMessage.StartAt;
import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Sends the records of this node to the others and commits those that a majority has. */
final class Leadership implements Role {
  private final LocalLog log;
  private final ReplicationPort port;
  private final long epoch;
  private final List<Follower> followers;

  Leadership(LocalLog log, ReplicationPort port, long epoch, List<String> others) {
    this.log = log;
    this.port = port;
    this.epoch = epoch;
    this.followers = others.stream().map(name -> new Follower(name, log.nextIndex())).toList();
  }

  /** Compares all logs with this one. */
  void begin() {
    followers.forEach(this::probe);
  }

  void replicate() throws IOException {
    for (Follower follower : followers) {
      replicate(follower);
    }
  }

  private void replicate(Follower follower) throws IOException {
    while (follower.mayStream()
        && follower.next() < log.nextIndex()
        && follower.next() >= log.firstIndex()) {
      send(follower, log.readForMessage(follower.next()));
    }
  }

  private void send(Follower follower, List<LogEntry> entries) {
    long from = follower.next();
    port.send(
        follower.name(),
        new Append(
            epoch, from, log.epochBefore(from), log.commitIndex(), log.firstIndex(), entries));
    follower.sent(entries.size());
  }

  /** Compares logs, renews the leadership and announces what is committed. */
  private void probe(Follower follower) {
    long first = log.firstIndex();
    if (follower.next() < first) {
      port.send(follower.name(), new StartAt(epoch, first, log.epochBefore(first)));
      follower.skipTo(first);
    } else {
      send(follower, List.of());
    }
  }

  void appended(String from, Appended message) throws IOException {
    Optional<Follower> follower = follower(from);
    if (follower.isPresent() && message.matched() <= log.nextIndex()) {
      follower.get().appended(message.matched());
      durable();
      replicate(follower.get());
    }
  }

  void conflict(String from, Conflict message) {
    Optional<Follower> follower = follower(from);
    if (follower.isPresent()) {
      follower.get().conflict(message.retryFrom());
      probe(follower.get());
    }
  }

  private Optional<Follower> follower(String name) {
    return followers.stream().filter(follower -> follower.name().equals(name)).findFirst();
  }

  /** Commits what is durable on a majority. */
  @Override
  public void durable() {
    long[] matched = new long[followers.size() + 1];
    for (int i = 0; i < followers.size(); i++) {
      matched[i] = followers.get(i).matched();
    }
    matched[followers.size()] = log.store().durableIndex();
    Arrays.sort(matched);
    long index = matched[followers.size() / 2];
    // Records of earlier epochs are committed by one of this epoch after them (Raft, figure 8).
    if (index > log.commitIndex() && log.epochBefore(index) == epoch) {
      log.commit(index);
    }
  }

  @Override
  public void tick() throws IOException {
    for (Follower follower : followers) {
      follower.tick();
      probe(follower);
      replicate(follower);
    }
  }
}
