package io.troupe.log.store;

import java.io.IOException;

/**
 * A write of all records so far to the disk, which one thread {@linkplain #run runs} and the owner
 * of the log {@linkplain SegmentedLog#complete completes}. Records that are appended meanwhile are
 * part of the next one: that is the group commit.
 */
public final class PendingSync {
  private final Segment segment;
  private long endIndex;
  private boolean discarded;
  private volatile IOException failure;
  private volatile boolean ended;

  PendingSync(Segment segment, long endIndex) {
    this.segment = segment;
    this.endIndex = endIndex;
  }

  /** Waits for the disk; any thread may call it, once. A failure is reported by the log. */
  public void run() {
    try {
      segment.force();
    } catch (IOException e) {
      failure = e;
    }
    ended = true;
  }

  Segment segment() {
    return segment;
  }

  /** Records from this index on have been cut. */
  void cutFrom(long index) {
    endIndex = Math.min(endIndex, index);
  }

  /** The file has been removed: the result does not matter. */
  void discard() {
    discarded = true;
  }

  boolean isDiscarded() {
    return discarded;
  }

  long endIndex() {
    return endIndex;
  }

  /** The failure of a sync that has run; null if it succeeded. */
  IOException failure() {
    if (!ended) {
      throw new IllegalStateException("a sync must have run before it is completed");
    }
    return failure;
  }
}
