package io.troupe.rollout.engine;

/** A group is refused because the queue is full; it can be submitted again later. */
public final class QueueFullException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** The message names the group and the limit. */
  public QueueFullException(String message) {
    super(message);
  }
}
