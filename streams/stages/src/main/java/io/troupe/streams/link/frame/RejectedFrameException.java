package io.troupe.streams.link.frame;

/** A frame has no effect. Without a stack trace, because anybody on the network can cause it. */
public final class RejectedFrameException extends Exception {
  private static final long serialVersionUID = 1;

  private final Rejection reason;

  /** An exception with its reason. */
  public RejectedFrameException(Rejection reason) {
    super("frame rejected: " + reason.key(), null, false, false);
    this.reason = reason;
  }

  /** The reason. */
  public Rejection reason() {
    return reason;
  }
}
