package io.troupe.reward;

/** A completion cannot be scored. The message is short and countable: it names no sample. */
public final class RewardException extends Exception {
  private static final long serialVersionUID = 1;

  /** Creates an exception without a cause. */
  public RewardException(String reason) {
    super(reason);
  }

  /** Creates an exception with its cause. */
  public RewardException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
