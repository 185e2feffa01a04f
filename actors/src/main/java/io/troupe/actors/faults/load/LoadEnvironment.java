package io.troupe.actors.faults.load;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.log.store.LogEntry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/** Keeps the messages of a coordinator until they are answered. */
final class LoadEnvironment implements Environment {
  private final Queue<Sent> sent = new ArrayDeque<>();
  private final PriorityQueue<Pending> timers =
      new PriorityQueue<>(Comparator.comparingLong(timer -> timer.dueNs));

  /**
   * A message on its way.
   *
   * @param message a control message, or {@link Entries}
   */
  record Sent(NodeId to, Object message) {}

  /** Records for the learner. */
  record Entries(List<LogEntry> entries) {}

  /** Takes the oldest message; null if there is none. */
  Sent next() {
    return sent.poll();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public void send(NodeId to, ControlMessage message) {
    sent.add(new Sent(to, message));
  }

  @Override
  public void transfer(NodeId to, BulkMessage message) {
    if (message instanceof BulkMessage.Records records) {
      sent.add(new Sent(to, new Entries(records.entries())));
    }
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    Pending timer = new Pending(nanoTime() + delay.toNanos(), action);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  /** Runs the timers that are due. */
  void runTimers() {
    long now = nanoTime();
    while (!timers.isEmpty() && timers.peek().dueNs <= now) {
      timers.remove().action.run();
    }
  }

  private static final class Pending {
    private final long dueNs;
    private final Runnable action;

    Pending(long dueNs, Runnable action) {
      this.dueNs = dueNs;
      this.action = action;
    }
  }
}
