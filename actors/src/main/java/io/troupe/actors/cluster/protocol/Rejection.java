package io.troupe.actors.cluster.protocol;

import java.util.Locale;

/** Why a node ignores a message; each is counted under its label. */
public enum Rejection {
  /** More bytes, a longer text or deeper nesting than allowed. */
  TOO_LARGE,
  /** The name of no message. */
  UNKNOWN_TYPE,
  /** Not the encoding of a message. */
  MALFORMED,
  /** A field has a value that is not allowed. */
  OUT_OF_RANGE,
  /** A coordinator with an older epoch. */
  OLD_EPOCH,
  /** An older start of a process, or a node that is not registered. */
  UNKNOWN_NODE,
  /** A group, step, version or record for which this node does not wait; duplicates mostly. */
  NOT_EXPECTED,
  /** A buffer of this node is full. */
  NO_SPACE,
  /** Content that contradicts its message: other weights, or a wrong size. */
  WRONG_CONTENT,
  /** The coordinator was paused and has to confirm its epoch first. */
  SUSPENDED;

  /** The name of the counter, such as {@code old-epoch}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
