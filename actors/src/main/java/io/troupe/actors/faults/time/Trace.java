package io.troupe.actors.faults.time;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * The events of a simulation: a hash of all of them, and the last ones for a reader. Equal hashes
 * mean equal simulations.
 */
public final class Trace {
  private static final long NANOS_PER_MICRO = 1000;
  private static final double MICROS_PER_SECOND = 1e6;

  private final Timeline timeline;
  private final int limit;
  private final Deque<Entry> last = new ArrayDeque<>();
  private long hash;
  private long numEntries;

  /**
   * A trace.
   *
   * @param timeline has the times of the entries
   * @param limit number of entries that are kept for {@link #lines}
   */
  public Trace(Timeline timeline, int limit) {
    this.timeline = timeline;
    this.limit = limit;
  }

  /**
   * Adds an entry.
   *
   * @param node where it happened
   * @param event a constant text
   * @param detail its text is only made if a reader asks for it, so it must be immutable
   * @param digest stands for the detail in the hash
   */
  public void add(String node, String event, Object detail, long digest) {
    long h = hash * 31 + timeline.nowNs();
    h = h * 31 + node.hashCode();
    h = h * 31 + event.hashCode();
    hash = Dice.mix(h * 31 + digest);
    numEntries++;
    if (limit > 0) {
      if (last.size() == limit) {
        last.removeFirst();
      }
      last.addLast(new Entry(timeline.nowNs(), node, event, detail));
    }
  }

  /** Adds an entry whose detail is a text. */
  public void add(String node, String event, String detail) {
    add(node, event, detail, detail.hashCode());
  }

  /** The hash of all entries. */
  public long hash() {
    return hash;
  }

  /** The number of all entries. */
  public long numEntries() {
    return numEntries;
  }

  /** The last entries: virtual time in seconds, node, event, detail. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    last.forEach(entry -> lines.add(entry.line()));
    return lines;
  }

  private record Entry(long timeNs, String node, String event, Object detail) {
    private static final int MAX_DETAIL = 240;

    String line() {
      String text = String.valueOf(detail).replaceAll("\\s+", " ");
      return String.format(
          Locale.ROOT,
          "%12.6f  %-12s %-10s %s",
          timeNs / NANOS_PER_MICRO / MICROS_PER_SECOND,
          node,
          event,
          text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "...");
    }
  }
}
