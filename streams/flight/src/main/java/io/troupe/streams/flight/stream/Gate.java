package io.troupe.streams.flight.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits a stream: an event is requested from the decoder only if it fits into the buffer of the
 * stream, and a token is sent only if its reader has given a credit for it. Pumps that must wait
 * are resumed in the order in which they came. Thread-safe.
 */
public final class Gate {
  private final int capacity;
  private final boolean hasCredits;

  // Guarded by this.
  private final ArrayDeque<Runnable> waitingForPlace = new ArrayDeque<>();
  private final ArrayDeque<Runnable> waitingForCredit = new ArrayDeque<>();
  private int numTaken; // places of events that have been requested and not written
  private long credits;
  private Runnable onStarved; // no more credits come

  private Gate(int capacity, boolean hasCredits, long credits) {
    this.capacity = capacity;
    this.hasCredits = hasCredits;
    this.credits = credits;
  }

  /**
   * The gate of a reader that gets tokens as fast as it reads.
   *
   * @param capacity maximum number of events that have been requested and not written
   */
  public static Gate withoutCredits(int capacity) {
    return new Gate(capacity, false, 0);
  }

  /**
   * The gate of a reader that gives credits.
   *
   * @param capacity maximum number of events that have been requested and not written
   * @param credits number of tokens that the reader accepts at first
   */
  public static Gate withCredits(int capacity, long credits) {
    return new Gate(capacity, true, credits);
  }

  /**
   * Takes the place of an event.
   *
   * @param pump is run when it may try again, if there is no place
   * @return whether the event may be requested
   */
  synchronized boolean enter(Runnable pump) {
    if (numTaken >= capacity) {
      waitingForPlace.add(pump);
      return false;
    }
    numTaken++;
    return true;
  }

  /** Makes room after events have been written, or have not come. */
  void leave(int numEvents) {
    List<Runnable> resumed;
    synchronized (this) {
      numTaken -= numEvents;
      resumed = poll(waitingForPlace, capacity - numTaken);
    }
    resumed.forEach(Runnable::run);
  }

  /**
   * Takes the credit of a token.
   *
   * @param pump is run when it may try again, if there is no credit
   * @return whether the token may be sent
   */
  boolean spend(Runnable pump) {
    if (!hasCredits) {
      return true;
    }
    Runnable starved;
    synchronized (this) {
      if (credits > 0) {
        credits--;
        return true;
      }
      waitingForCredit.add(pump);
      starved = onStarved;
    }
    if (starved != null) {
      starved.run();
    }
    return false;
  }

  /**
   * No more credits come.
   *
   * @param starved runs when a token needs one
   */
  public void endCredits(Runnable starved) {
    boolean isStarved;
    synchronized (this) {
      onStarved = starved;
      isStarved = !waitingForCredit.isEmpty();
    }
    if (isStarved) {
      starved.run();
    }
  }

  /** Accepts more tokens; the number of credits stops at 2^63 - 1. */
  public void addCredits(long more) {
    List<Runnable> resumed;
    synchronized (this) {
      credits = more > Long.MAX_VALUE - credits ? Long.MAX_VALUE : credits + more;
      resumed = poll(waitingForCredit, credits);
    }
    resumed.forEach(Runnable::run);
  }

  /**
   * Whether no event can follow before some have been written, or before the reader gives credits.
   */
  synchronized boolean isShut() {
    return numTaken >= capacity || (hasCredits && credits == 0);
  }

  /** Removes the pumps that can go on. */
  private static List<Runnable> poll(ArrayDeque<Runnable> waiting, long count) {
    List<Runnable> polled = new ArrayList<>();
    while (polled.size() < count && !waiting.isEmpty()) {
      polled.add(waiting.poll());
    }
    return polled;
  }
}
