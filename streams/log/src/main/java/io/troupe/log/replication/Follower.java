package io.troupe.log.replication;

/** What a leader knows of another node. */
final class Follower {
  private static final int MAX_IN_FLIGHT = 4;

  private final String name;
  private long next;
  private long matched;
  private boolean streaming; // false: the logs are being compared, without records
  private int inFlight;
  private boolean heard;

  Follower(String name, long next) {
    this.name = name;
    this.next = next;
  }

  String name() {
    return name;
  }

  /** Index of the next record to send. */
  long next() {
    return next;
  }

  /** Records below it are durable on that node. */
  long matched() {
    return matched;
  }

  boolean mayStream() {
    return streaming && inFlight < MAX_IN_FLIGHT;
  }

  void sent(int records) {
    next += records;
    inFlight++;
  }

  void appended(long index) {
    heard = true;
    inFlight = Math.max(0, inFlight - 1);
    matched = Math.max(matched, index);
    if (!streaming) {
      streaming = true;
      inFlight = 0;
      next = matched;
    }
    next = Math.max(next, matched);
  }

  /**
   * The logs differ before {@link #next}, or records before it have been lost: even durable ones,
   * if the node has started again on an empty disk.
   */
  void conflict(long retryFrom) {
    heard = true;
    next = Math.min(next, retryFrom);
    matched = Math.min(matched, retryFrom);
    streaming = false;
  }

  /** Has it continue at a later index, without the records before. */
  void skipTo(long index) {
    next = index;
    streaming = false;
  }

  /** Starts again from what is certain if nothing has been heard since the last call. */
  void tick() {
    if (!heard && streaming) {
      streaming = false;
      next = matched;
    }
    heard = false;
    inFlight = 0;
  }
}
