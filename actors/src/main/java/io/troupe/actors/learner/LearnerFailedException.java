package io.troupe.actors.learner;

/** The learner failed. The one-line message names the work and the cause. */
public final class LearnerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long step;

  /**
   * Some work failed.
   *
   * @param step the last one that was committed
   * @param work in progress, such as {@code training step 4}
   */
  public LearnerFailedException(long step, String work, Throwable cause) {
    super("learner, " + work + ": " + reason(cause), cause);
    this.step = step;
  }

  private LearnerFailedException(long step, String message) {
    super(message);
    this.step = step;
  }

  /**
   * Some work exceeded its deadline.
   *
   * @param step the last one that was committed
   * @param work in progress, such as {@code training step 4}
   */
  public static LearnerFailedException overdue(long step, String work, Deadline deadline) {
    return new LearnerFailedException(
        step, "learner: " + work + " has not ended within " + deadline);
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** The last step that was committed. */
  public long step() {
    return step;
  }
}
