package io.troupe.streams.flight.stream;

import java.util.concurrent.TimeUnit;

/** When the rows of a stream are sent as a record batch. A batch has all rows that are ready. */
public sealed interface Batching {
  /** The maximum number of rows of a batch. */
  int MAX_ROWS = 4096;

  /** The maximum time in milliseconds that a batch waits. */
  int MAX_MILLISECONDS = 10_000;

  /** Every 20 ms, with the first token at once: fine for people, and 50 batches a second. */
  Batching DEFAULT = new Milliseconds(20);

  /**
   * A batch is sent when enough rows are ready.
   *
   * @param count number of rows, in [1, {@value #MAX_ROWS}]
   */
  record Tokens(int count) implements Batching {
    @Override
    public long delayNs(int numReady, Row last, long nowNs) {
      return numReady >= count ? 0 : NOT_YET;
    }
  }

  /**
   * A batch is sent at every multiple of a period at which rows are ready; the first row of a
   * stream is sent at once, and the last one of a completion without waiting for the period, since
   * its reader may have the next prompt. Streams with the same period are sent together, which
   * takes one system call for all streams of a connection.
   *
   * @param count the period in milliseconds, in [1, {@value #MAX_MILLISECONDS}]
   */
  record Milliseconds(int count) implements Batching {
    /** After the end of a completion: others often end in the same forward pass. */
    private static final long END_DELAY_NS = 500_000;

    @Override
    public long delayNs(int numReady, Row last, long nowNs) {
      if (last == Row.FIRST || numReady >= MAX_ROWS) {
        return 0;
      }
      long periodNs = TimeUnit.MILLISECONDS.toNanos(count);
      long toPeriodNs = periodNs - Math.floorMod(nowNs, periodNs);
      return last == Row.END ? Math.min(END_DELAY_NS, toPeriodNs) : toPeriodNs;
    }
  }

  /** Where a row is in its stream or its completion. */
  enum Row {
    /** The first one of a stream. */
    FIRST,
    /** Neither the first nor an end. */
    INNER,
    /** The last one of a completion. */
    END
  }

  /** The delay of a batch that waits for more rows. */
  long NOT_YET = -1;

  /**
   * The time until a batch is sent, unless more rows change it.
   *
   * @param numReady number of rows that are ready, at least 1
   * @param last the row that has become ready last
   * @param nowNs the time of {@link System#nanoTime}
   * @return nanoseconds; 0 for at once, {@link #NOT_YET} if only more rows can cause it
   */
  long delayNs(int numReady, Row last, long nowNs);
}
