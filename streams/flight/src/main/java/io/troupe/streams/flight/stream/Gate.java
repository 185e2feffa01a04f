package io.troupe.streams.flight.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which events of a stream may be requested from the decoder: as many as fit into the
 * buffer of the stream, and as many as the reader has given credits for. Pumps that must wait are
 * resumed in the order in which they came. Thread-safe.
 */
public final class Gate {
  /** Credits of a reader that is served as fast as it reads. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private final int capacity;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private long credits;
  private int numTaken; // events that have been requested and not written

  /**
   * A gate.
   *
   * @param capacity maximum number of events that have been requested and not written
   * @param credits number of tokens that the reader accepts at first, or {@link #UNLIMITED}
   */
  public Gate(int capacity, long credits) {
    this.capacity = capacity;
    this.credits = credits;
  }

  /**
   * Takes a place and a credit for the next event of a pump.
   *
   * @param pump is run when it may try again, if there is no place or no credit
   * @return whether the event may be requested
   */
  synchronized boolean enter(Runnable pump) {
    if (numTaken >= capacity || credits == 0) {
      waiting.add(pump);
      return false;
    }
    numTaken++;
    if (credits != UNLIMITED) {
      credits--;
    }
    return true;
  }

  /** Whether the reader must give credits before another token is decoded. */
  synchronized boolean isExhausted() {
    return credits == 0;
  }

  /** Returns the credit of an event that was no token; its place stays taken. */
  void refund() {
    addCredits(1);
  }

  /** Returns the place and the credit of an event that did not come. */
  void cancel() {
    refund();
    leave(1);
  }

  /** Makes room after events have been written. */
  void leave(int numEvents) {
    List<Runnable> resumed;
    synchronized (this) {
      numTaken -= numEvents;
      resumed = resumable();
    }
    resumed.forEach(Runnable::run);
  }

  /** Accepts more tokens. The sum of all credits stops at {@link #UNLIMITED} - 1. */
  public void addCredits(long more) {
    List<Runnable> resumed;
    synchronized (this) {
      if (credits != UNLIMITED) {
        credits = more >= UNLIMITED - credits ? UNLIMITED - 1 : credits + more;
      }
      resumed = resumable();
    }
    resumed.forEach(Runnable::run);
  }

  /** Removes the pumps that may try again: at most as many as can enter. */
  private List<Runnable> resumable() {
    List<Runnable> resumed = new ArrayList<>();
    long room = Math.min(capacity - numTaken, credits);
    while (resumed.size() < room && !waiting.isEmpty()) {
      resumed.add(waiting.poll());
    }
    return resumed;
  }
}
