package io.troupe.streams.link.frame;

import java.util.Locale;

/** The reason why a frame or a message had no effect. Each reason has a counter. */
public enum Rejection {
  /** Shorter than a header and a tag, or longer than a frame. */
  BAD_SIZE,
  /** Not a frame of this transport. */
  BAD_MAGIC,
  /** A frame of another layout version. */
  OTHER_LAYOUT,
  /** A field is out of range, or the lengths contradict each other. */
  BAD_FIELD,
  /** A frame of another run. */
  OTHER_RUN,
  /** A frame for another node, or for this node before it was restarted. */
  OTHER_RECEIVER,
  /** No handler for this kind of message. */
  UNKNOWN_KIND,
  /** The tag or checksum does not match: another key, or a frame damaged in transit. */
  BAD_TAG,
  /** The sender has been restarted since, or two senders use one incarnation. */
  OLD_INCARNATION,
  /** The frame has been received before, or a later one has. */
  REPLAYED,
  /** The epoch of the message is below the floor of this node. */
  OLD_EPOCH,
  /** The message is larger than its kind allows, or more memory is in use than is allowed. */
  TOO_LARGE,
  /** More senders or more unfinished messages than this node keeps. */
  TOO_MANY,
  /** The frame does not continue its message: a frame is missing, or the fields differ. */
  GAP,
  /** No message with this id is being received: its start is missing, or it has failed. */
  NO_MESSAGE,
  /** The handler refused the message. */
  REFUSED,
  /** The handler failed with an exception. */
  HANDLER_FAILED,
  /** The message did not continue before its deadline, or its sender has gone. */
  INCOMPLETE;

  /** The name in metrics, such as {@code bad_tag}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
