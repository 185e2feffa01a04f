package io.troupe.rollout.engine;

/** A group was refused because as many wait as may; submit it again after some steps. */
public final class QueueFullException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** With what was refused and why. */
  public QueueFullException(String message) {
    super(message);
  }
}
