package io.troupe.actors.cluster.testing;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time: runs events in order, those at the same time in an order that the seed decides. */
public final class VirtualTime {
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::tie));
  private final Random random;
  private long nowNs = 1_000_000_000L;

  private record Event(long atNs, long tie, Runnable action) {}

  /** Time that begins at one second. */
  public VirtualTime(long seed) {
    this.random = new Random(seed);
  }

  public Random random() {
    return random;
  }

  public long nowNs() {
    return nowNs;
  }

  public void at(long atNs, Runnable action) {
    events.add(new Event(Math.max(atNs, nowNs), random.nextLong(), action));
  }

  public void after(long delayNs, Runnable action) {
    at(nowNs + delayNs, action);
  }

  /** Runs the next event; returns false if there is none. */
  public boolean step() {
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    nowNs = event.atNs();
    event.action().run();
    return true;
  }

  /** Runs all events of a duration. */
  public void run(long durationNs) {
    long endNs = nowNs + durationNs;
    while (!events.isEmpty() && events.peek().atNs() <= endNs) {
      step();
    }
    nowNs = Math.max(nowNs, endNs);
  }
}
