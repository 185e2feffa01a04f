package io.troupe.log.replication;

import io.troupe.log.disk.MemoryDisk;
import io.troupe.log.record.LogRecord;
import io.troupe.log.store.LogEntry;
import io.troupe.log.store.LogSettings;
import io.troupe.log.store.PendingSync;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Coordinator nodes with disks in memory, a network that loses, doubles and delays messages, and
 * crashes. Checks with every event that committed records never change. One seed gives one history.
 */
final class SimulatedNodes {
  static final LogSettings SETTINGS = new LogSettings("run", 400, 1 << 20);

  private final Random random;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<String> names;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final TreeMap<Long, LogEntry> committed = new TreeMap<>();
  private final Map<Long, String> leaders = new HashMap<>(); // by epoch
  private final Map<String, Integer> witnesses = new TreeMap<>();
  private double loss;
  private long now;
  private long sequence;
  private long nextPayload;

  private record Event(long time, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final class Node implements ReplicationPort {
    final String name;
    MemoryDisk disk = new MemoryDisk();
    ReplicatedLog log;
    int life;
    long seenCommitted; // in this life

    Node(String name) {
      this.name = name;
    }

    void start() throws IOException {
      log = ReplicatedLog.open(disk, SETTINGS, name, names, this);
      seenCommitted = 0;
      tick();
    }

    private void tick() {
      log.tick();
      later(40 + random.nextInt(20), this::tick);
    }

    /** Runs an action unless the node has crashed meanwhile. */
    private void later(long delay, Runnable action) {
      int then = life;
      schedule(
          delay,
          () -> {
            if (life == then && log != null) {
              action.run();
            }
          });
    }

    void crash() {
      life++;
      log = null;
      disk.crash(random);
    }

    @Override
    public void send(String member, ReplicationMessage message) {
      byte[] bytes = ReplicationCodec.encode(message);
      int copies = random.nextInt(20) == 0 ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        if (random.nextDouble() >= loss) {
          long delay = random.nextInt(30) == 0 ? random.nextInt(500) : 1 + random.nextInt(10);
          schedule(delay, () -> deliver(member, bytes));
        } else {
          count("lost");
        }
      }
    }

    private void deliver(String member, byte[] bytes) {
      Node receiver = nodes.get(member);
      if (receiver.log != null) {
        ReplicationMessage message = ReplicationCodec.decode(bytes);
        if (message instanceof ReplicationMessage.StartAt) {
          count("started at");
        }
        long before = receiver.log.nextIndex();
        long rejected = receiver.log.numRejected();
        receiver.log.receive(name, message);
        if (receiver.log.nextIndex() < before) {
          count("tail cut");
        }
        if (receiver.log.numRejected() > rejected) {
          count("rejected");
        }
      }
    }

    @Override
    public void sync(PendingSync sync, Runnable done) {
      later(
          1 + random.nextInt(30),
          () -> {
            sync.run();
            done.run();
          });
    }

    @Override
    public void onLeading(long epoch) {
      String other = leaders.putIfAbsent(epoch, name);
      if (other != null) {
        throw new AssertionError("two leaders in epoch " + epoch + ": " + other + ", " + name);
      }
      count("leader");
      requireCommitted(committed.isEmpty() ? 0 : committed.lastKey() + 1);
    }

    @Override
    public void onDeposed(long newestEpoch) {
      count("deposed");
    }

    @Override
    public void onDiskFailed(IOException cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void onCommitted(long commitIndex) {
      try {
        for (LogEntry entry :
            log.readCommitted(Math.max(log.firstIndex(), seenCommitted), 1 << 20)) {
          LogEntry first = committed.putIfAbsent(entry.index(), entry);
          requireSame(first == null ? entry : first, entry);
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      seenCommitted = commitIndex;
    }

    /** Fails unless this node has all records that have been committed below an index. */
    void requireCommitted(long end) {
      if (log.nextIndex() < end) {
        throw new AssertionError(name + " lacks committed records from " + log.nextIndex());
      }
      try (var view = io.troupe.log.store.LogReader.open(disk)) {
        for (LogEntry entry : view.read(Long.MAX_VALUE)) {
          if (entry.index() < end) {
            requireSame(committed.get(entry.index()), entry);
          }
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private void requireSame(LogEntry expected, LogEntry actual) {
      if (expected.epoch() != actual.epoch()
          || expected.type() != actual.type()
          || !Arrays.equals(expected.payload(), actual.payload())) {
        throw new AssertionError(
            "%s has another committed record %d: epoch %d instead of %d"
                .formatted(name, actual.index(), actual.epoch(), expected.epoch()));
      }
    }
  }

  SimulatedNodes(long seed, int count) throws IOException {
    random = new Random(seed);
    names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("node-" + i);
    }
    for (String name : names) {
      nodes.put(name, new Node(name));
      nodes.get(name).start();
    }
  }

  private void schedule(long delay, Runnable action) {
    events.add(new Event(now + delay, sequence++, action));
  }

  private void count(String witness) {
    witnesses.merge(witness, 1, Integer::sum);
  }

  Map<String, Integer> witnesses() {
    return witnesses;
  }

  private void runUntil(long time) {
    while (!events.isEmpty() && events.peek().time() <= time) {
      Event event = events.poll();
      now = event.time();
      event.action().run();
    }
    now = time;
  }

  private Node randomNode() {
    return nodes.get(names.get(random.nextInt(names.size())));
  }

  /** Leads, appends, purges, crashes and restarts nodes at random. */
  void runFaults(int steps) throws IOException {
    loss = random.nextDouble() * 0.3;
    for (int i = 0; i < steps; i++) {
      Node node = randomNode();
      switch (random.nextInt(12)) {
        case 0 -> {
          if (node.log != null) {
            node.log.lead();
          }
        }
        case 1 -> {
          if (node.log != null) {
            node.crash();
            count("crash");
          }
        }
        case 2, 3 -> {
          if (node.log == null) {
            node.start();
          }
        }
        case 4 -> {
          if (node.log != null && node.log.isLeading()) {
            node.log.purgeBelow(node.log.commitIndex() - random.nextInt(4));
          }
        }
        default -> nodes.values().forEach(this::append);
      }
      runUntil(now + random.nextInt(120));
    }
  }

  /** A node starts again on an empty disk; the others go on. */
  void replaceDisk(int index) throws IOException {
    Node node = nodes.get(names.get(index));
    node.crash();
    node.disk = new MemoryDisk();
    node.start();
  }

  private void append(Node node) {
    if (node.log != null && node.log.isLeading()) {
      try {
        node.log.append(new LogRecord.Epoch("payload " + nextPayload++));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Ends all faults and returns once all nodes have the same committed records. */
  void heal() throws IOException {
    loss = 0;
    for (Node node : nodes.values()) {
      if (node.log == null) {
        node.start();
      }
    }
    runUntil(now + 1000);
    Node leader = nodes.get(names.getFirst());
    for (int attempt = 0; !leader.log.isLeading(); attempt++) {
      if (attempt == 20) {
        throw new AssertionError("no node leads after the faults");
      }
      leader.log.lead();
      runUntil(now + 2000);
    }
    append(leader);
    runUntil(now + 2000);
    long end = leader.log.nextIndex();
    for (Node node : nodes.values()) {
      if (node.log.commitIndex() != end || node.log.nextIndex() != end) {
        throw new AssertionError(
            "%s has %d of %d committed records after the faults"
                .formatted(node.name, node.log.commitIndex(), end));
      }
      node.requireCommitted(end);
    }
    if (committed.size() != end) {
      throw new AssertionError("committed " + committed.size() + " of " + end);
    }
  }
}
