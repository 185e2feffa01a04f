package io.troupe.log.replication;

import io.troupe.log.replication.ReplicationMessage.Conflict;
import io.troupe.log.replication.ReplicationMessage.Fetch;
import io.troupe.log.replication.ReplicationMessage.Fetched;
import io.troupe.log.replication.ReplicationMessage.Promise;
import io.troupe.log.replication.ReplicationMessage.Promised;
import io.troupe.log.replication.ReplicationMessage.Purged;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the promises of a majority and adopts its longest log. Then this node may lead: every
 * record that has been committed is in that log.
 */
final class Candidacy implements Role {
  /** Calls of {@link #tick} after which a node that sends no records is given up. */
  private static final int PATIENCE = 5;

  private final LocalLog log;
  private final ReplicationPort port;
  private final long epoch;
  private final List<String> others;
  private final Map<String, Promised> promises = new HashMap<>();
  private String source = ""; // the node whose log is adopted; empty if none is
  private Promised target;
  private long from; // index of the records that are requested next
  private int silence;
  private boolean complete;

  Candidacy(LocalLog log, ReplicationPort port, long epoch, List<String> others) {
    this.log = log;
    this.port = port;
    this.epoch = epoch;
    this.others = others;
  }

  /** Whether this node may lead now. */
  boolean isComplete() {
    return complete;
  }

  void begin() {
    requestPromises();
    chooseSource();
  }

  private void requestPromises() {
    for (String member : others) {
      if (!promises.containsKey(member)) {
        port.send(member, new Promise(epoch));
      }
    }
  }

  void promised(String member, Promised promise) {
    promises.put(member, promise);
    chooseSource();
  }

  /** With the promises of a majority, this node included, finds the longest log. */
  private void chooseSource() {
    int majority = (others.size() + 1) / 2 + 1;
    if (!source.isEmpty() || complete || promises.size() + 1 < majority) {
      return;
    }
    Optional<String> longest = longest();
    if (longest.isEmpty()) {
      complete = true;
      return;
    }
    source = longest.get();
    target = promises.get(source);
    continueFrom(Math.min(log.nextIndex(), target.length()));
  }

  /** The node with the longest log, if it is longer than this one. */
  private Optional<String> longest() {
    Comparator<Promised> order =
        Comparator.comparingLong(Promised::lastEpoch).thenComparingLong(Promised::length);
    Promised own = new Promised(epoch, log.store().lastEpoch(), log.nextIndex());
    return promises.entrySet().stream()
        .filter(entry -> order.compare(entry.getValue(), own) > 0)
        .max(Map.Entry.comparingByValue(order))
        .map(Map.Entry::getKey);
  }

  private void continueFrom(long index) {
    from = index;
    silence = 0;
    if (log.nextIndex() >= target.length() && log.store().lastEpoch() >= target.lastEpoch()) {
      complete = true;
    } else {
      fetch();
    }
  }

  private void fetch() {
    port.send(source, new Fetch(epoch, from, log.epochBefore(from)));
  }

  void fetched(String member, Fetched message) throws IOException {
    if (!member.equals(source) || message.from() != from) {
      return; // late or doubled
    }
    if (message.entries().isEmpty()) { // a crash of that node has shortened its log
      giveUp();
      return;
    }
    log.copy(message.entries());
    continueFrom(from + message.entries().size());
  }

  void purged(String member, Purged message) throws IOException {
    if (member.equals(source)) {
      log.startAt(message.index(), message.previousEpoch());
      continueFrom(Math.max(from, message.index()));
    }
  }

  void conflict(String member, Conflict message) {
    long retryFrom = Math.max(message.retryFrom(), log.firstIndex());
    if (member.equals(source) && retryFrom < from) {
      continueFrom(retryFrom);
    }
  }

  private void giveUp() {
    promises.remove(source);
    source = "";
  }

  @Override
  public void tick() {
    if (!source.isEmpty() && ++silence >= PATIENCE) {
      giveUp();
    }
    requestPromises();
    if (source.isEmpty()) {
      chooseSource();
    } else {
      fetch();
    }
  }

  @Override
  public void durable() {}
}
