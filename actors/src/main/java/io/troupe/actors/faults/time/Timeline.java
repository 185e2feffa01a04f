package io.troupe.actors.faults.time;

import java.util.PriorityQueue;

/**
 * Virtual time: the events of a simulation in order of their times. The seed orders events of the
 * same time. One thread runs all of them, so a simulation is a function of its seed.
 */
public final class Timeline {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Dice dice;
  private long nowNs;
  private long sequence;
  private long numRun;

  /** A timeline that starts at 0. */
  public Timeline(Dice dice) {
    this.dice = dice;
  }

  /** The virtual time since the start, in nanoseconds. */
  public long nowNs() {
    return nowNs;
  }

  /** The number of events that were run. */
  public long numRun() {
    return numRun;
  }

  /**
   * Adds an event.
   *
   * @param atNs its time; a time in the past means now
   */
  public Event at(long atNs, Runnable action) {
    Event event = new Event(Math.max(atNs, nowNs), dice.bits(), sequence++, action);
    events.add(event);
    return event;
  }

  /** Adds an event after a delay. */
  public Event after(long delayNs, Runnable action) {
    return at(nowNs + delayNs, action);
  }

  /**
   * Runs the next event.
   *
   * @param untilNs later events are not run
   * @return false if there is no event until then; the time is then {@code untilNs}
   */
  public boolean runNext(long untilNs) {
    Event next = events.peek();
    while (next != null && next.canceled) {
      events.poll();
      next = events.peek();
    }
    if (next == null || next.atNs > untilNs) {
      nowNs = Math.max(nowNs, untilNs);
      return false;
    }
    events.poll();
    nowNs = next.atNs;
    numRun++;
    next.action.run();
    return true;
  }

  /** An event that can be canceled until it is run. */
  public static final class Event implements Comparable<Event> {
    private final long atNs;
    private final long tie;
    private final long number;
    private final Runnable action;
    private boolean canceled;

    private Event(long atNs, long tie, long number, Runnable action) {
      this.atNs = atNs;
      this.tie = tie;
      this.number = number;
      this.action = action;
    }

    /** The event will not run. */
    public void cancel() {
      canceled = true;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNs, other.atNs);
      if (byTime != 0) {
        return byTime;
      }
      int byTie = Long.compare(tie, other.tie);
      return byTie != 0 ? byTie : Long.compare(number, other.number);
    }
  }
}
