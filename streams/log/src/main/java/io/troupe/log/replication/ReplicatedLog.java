package io.troupe.log.replication;

import io.troupe.log.disk.Disk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.replication.ReplicationMessage.Append;
import io.troupe.log.replication.ReplicationMessage.Appended;
import io.troupe.log.replication.ReplicationMessage.Conflict;
import io.troupe.log.replication.ReplicationMessage.Fetch;
import io.troupe.log.replication.ReplicationMessage.Fetched;
import io.troupe.log.replication.ReplicationMessage.Promise;
import io.troupe.log.replication.ReplicationMessage.Promised;
import io.troupe.log.replication.ReplicationMessage.Purged;
import io.troupe.log.replication.ReplicationMessage.Rejected;
import io.troupe.log.replication.ReplicationMessage.StartAt;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.PendingSync;
import io.troupe.log.store.Recovery;
import io.troupe.log.store.SegmentedLog;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The log of a run on one coordinator node, and its part in the replication to the others.
 *
 * <p>{@link #lead} makes this node the leader, after a majority has promised and the longest log is
 * adopted. Then {@link #append} adds records, and they are committed when they are durable on a
 * majority; with one node that is its own disk. A leader that another one has replaced is deposed
 * by the first message that tells so; until then it can append, but commits nothing.
 *
 * <p>Event-driven, without threads and clocks: its owner passes {@linkplain #receive messages} and
 * calls {@link #tick} a few times per second, all from one thread.
 */
public final class ReplicatedLog implements AutoCloseable {
  private final String self;
  private final List<String> others;
  private final LocalLog log;
  private final PromiseFile promise;
  private final ReplicationPort port;
  private Role role;
  private long newestEpoch;
  private long numRejected;
  private boolean closed;

  private ReplicatedLog(
      String self, List<String> others, LocalLog log, PromiseFile promise, ReplicationPort port) {
    this.self = self;
    this.others = others;
    this.log = log;
    this.promise = promise;
    this.port = port;
    this.role = new Following(log, port, promise.epoch());
    this.newestEpoch = Math.max(promise.epoch(), log.store().lastEpoch());
  }

  /**
   * Opens the log of this node.
   *
   * @param self name of this node
   * @param members names of all coordinator nodes, this one included: an odd number
   * @throws IOException if the log cannot be opened; see {@link SegmentedLog#open}
   */
  public static ReplicatedLog open(
      Disk disk, LogSettings settings, String self, List<String> members, ReplicationPort port)
      throws IOException {
    if (members.size() % 2 == 0 || !members.contains(self)) {
      throw new IllegalArgumentException(
          "coordinator nodes must be an odd number of names with %s, got %s"
              .formatted(self, members));
    }
    List<String> others = members.stream().filter(name -> !name.equals(self)).toList();
    SegmentedLog store = SegmentedLog.open(disk, settings);
    try {
      return new ReplicatedLog(
          self, others, new LocalLog(store, port), PromiseFile.open(disk), port);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  // ---- what the owner sees -------------------------------------------------------------------

  /** What opening the log found. */
  public Recovery recovery() {
    return log.store().recovery();
  }

  /** Whether this node leads, as far as it knows. */
  public boolean isLeading() {
    return role instanceof Leadership;
  }

  /** The epoch that this node leads or follows; 0 before the first one. */
  public long epoch() {
    return promise.epoch();
  }

  /** The leader that this node follows; empty if it knows none, or leads itself. */
  public Optional<String> leader() {
    return role instanceof Following following && !following.leader().isEmpty()
        ? Optional.of(following.leader())
        : Optional.empty();
  }

  /** All records below this index are committed, as far as this node knows. */
  public long commitIndex() {
    return log.commitIndex();
  }

  /** Index of the first record that is kept. */
  public long firstIndex() {
    return log.firstIndex();
  }

  /** Index after the last record, committed or not. */
  public long nextIndex() {
    return log.nextIndex();
  }

  /** Number of messages of older epochs, and of unknown nodes, that were rejected. */
  public long numRejected() {
    return numRejected;
  }

  /**
   * Reads committed records.
   *
   * @see SegmentedLog#read
   */
  public List<LogEntry> readCommitted(long from, long maxBytes) throws IOException {
    return log.readCommitted(from, maxBytes);
  }

  // ---- leading -------------------------------------------------------------------------------

  /** Begins to lead, under a new epoch; {@link ReplicationPort#onLeading} tells when it does. */
  public void lead() {
    handle(
        () -> {
          long epoch = Math.max(newestEpoch, promise.epoch()) + 1;
          promise.write(epoch, self);
          newestEpoch = epoch;
          Candidacy candidacy = new Candidacy(log, port, epoch, others);
          role = candidacy;
          candidacy.begin();
          leadIfComplete();
        });
  }

  /** Stops leading; others may still believe that this node does. */
  public void resign() {
    role = new Following(log, port, promise.epoch());
  }

  private void leadIfComplete() throws IOException {
    if (role instanceof Candidacy candidacy && candidacy.isComplete()) {
      Leadership leadership = new Leadership(log, port, promise.epoch(), others);
      log.append(promise.epoch(), new LogRecord.Epoch(self));
      role = leadership;
      leadership.begin();
      port.onLeading(promise.epoch());
    }
  }

  /**
   * Appends a record as the leader.
   *
   * @return its index
   * @throws IllegalStateException if this node does not lead
   * @throws IOException if the disk is full or fails
   */
  public long append(LogRecord record) throws IOException {
    if (!(role instanceof Leadership leadership)) {
      throw new IllegalStateException("only the leader of an epoch may append to the log");
    }
    long index = log.append(promise.epoch(), record);
    leadership.replicate();
    log.sync(this::synced);
    return index;
  }

  /** Deletes committed records that are not needed any more; the followers do so too. */
  public void purgeBelow(long index) {
    handle(() -> log.purgeBelow(index));
  }

  // ---- events --------------------------------------------------------------------------------

  /** Repeats what may have been lost. Called a few times per second. */
  public void tick() {
    handle(
        () -> {
          role.tick();
          leadIfComplete();
        });
  }

  /** Handles a message of another coordinator node; one of another name is rejected. */
  public void receive(String from, ReplicationMessage message) {
    if (!others.contains(from)) {
      numRejected++;
      return;
    }
    newestEpoch = Math.max(newestEpoch, message.epoch());
    handle(
        () -> {
          switch (message) {
            case Promise _, Fetch _, Append _, StartAt _ when isStale(message) ->
                reject(from, message);
            case Promise request -> promise(from, request);
            case Fetch request -> sendRecords(from, request);
            case Append records -> follow(from, records.epoch()).append(from, records);
            case StartAt start -> follow(from, start.epoch()).startAt(from, start);
            case Rejected rejected -> rejected(rejected);
            case Promised _, Fetched _, Purged _, Appended _, Conflict _ -> answered(from, message);
          }
          leadIfComplete();
        });
  }

  private boolean isStale(ReplicationMessage message) {
    return message.epoch() < promise.epoch();
  }

  private void reject(String from, ReplicationMessage message) {
    numRejected++;
    port.send(from, new Rejected(message.epoch(), promise.epoch()));
  }

  private void promise(String from, Promise message) throws IOException {
    if (message.epoch() == promise.epoch() && !from.equals(promise.leader())) {
      reject(from, message); // another node has this epoch
      return;
    }
    adoptEpoch(from, message.epoch());
    port.send(from, new Promised(message.epoch(), log.store().lastEpoch(), log.nextIndex()));
  }

  /** Records the promise for a new epoch; a node that led or wanted to is deposed. */
  private void adoptEpoch(String from, long epoch) throws IOException {
    if (epoch > promise.epoch()) {
      promise.write(epoch, from);
      depose(epoch);
    }
  }

  private void depose(long epoch) {
    boolean following = role instanceof Following;
    resign();
    if (!following) {
      port.onDeposed(epoch);
    }
  }

  private void sendRecords(String to, Fetch message) throws IOException {
    adoptEpoch(to, message.epoch());
    long epoch = message.epoch();
    long from = message.from();
    long first = log.firstIndex();
    boolean agrees = log.agreesBefore(from, message.previousEpoch());
    if (from < first || (from == first && !agrees)) {
      port.send(to, new Purged(epoch, first, log.epochBefore(first)));
    } else if (agrees) {
      port.send(to, new Fetched(epoch, from, log.readForMessage(from)));
    } else {
      port.send(to, new Conflict(epoch, log.retryFrom(from, first))); // it may lack committed ones
    }
  }

  private Following follow(String from, long epoch) throws IOException {
    adoptEpoch(from, epoch);
    if (role instanceof Candidacy) {
      depose(epoch); // of the same epoch: the other one has the majority
    }
    if (role instanceof Following following) {
      return following;
    }
    throw new IllegalStateException(
        "epoch %d must have one leader, got %s and %s".formatted(epoch, self, from));
  }

  private void rejected(Rejected message) {
    newestEpoch = Math.max(newestEpoch, message.newest());
    boolean replaced =
        message.newest() > promise.epoch()
            || (message.newest() == promise.epoch() && role instanceof Candidacy);
    if (replaced && message.epoch() == promise.epoch()) {
      depose(message.newest());
    }
  }

  private void answered(String from, ReplicationMessage message) throws IOException {
    if (message.epoch() != promise.epoch()) {
      numRejected++;
      return;
    }
    switch (role) {
      case Candidacy candidacy -> {
        switch (message) {
          case Promised promised -> candidacy.promised(from, promised);
          case Fetched records -> candidacy.fetched(from, records);
          case Purged purged -> candidacy.purged(from, purged);
          case Conflict conflict -> candidacy.conflict(from, conflict);
          case Promise _, Fetch _, Append _, StartAt _, Rejected _, Appended _ -> {}
        }
      }
      case Leadership leadership -> {
        switch (message) {
          case Appended appended -> leadership.appended(from, appended);
          case Conflict conflict -> leadership.conflict(from, conflict);
          case Promise _, Fetch _, Append _, StartAt _, Rejected _ -> {}
          case Promised _, Fetched _, Purged _ -> {} // late
        }
      }
      case Following _ -> {} // late
    }
  }

  // ---- the disk ------------------------------------------------------------------------------

  private void synced(PendingSync sync) {
    handle(
        () -> {
          log.store().complete(sync);
          role.durable();
        });
  }

  private interface Handler {
    void run() throws IOException;
  }

  /** Handles an event, and makes the records durable that it has added. */
  private void handle(Handler handler) {
    if (closed) {
      return;
    }
    try {
      handler.run();
      log.sync(this::synced);
    } catch (IOException e) {
      port.onDiskFailed(e);
    }
  }

  /** Closes the files; records that are not durable may be lost. */
  @Override
  public void close() throws IOException {
    closed = true;
    log.store().close();
  }
}
