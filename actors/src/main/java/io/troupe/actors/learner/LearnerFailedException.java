package io.troupe.actors.learner;

/** The learner cannot go on. The message is one line that names the step and the cause. */
public final class LearnerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long step;

  /**
   * Failed in its work.
   *
   * @param step the last one that was entered
   * @param what was being done
   */
  public LearnerFailedException(long step, String what, Throwable cause) {
    super("learner, " + what + ": " + reason(cause), cause);
    this.step = step;
  }

  /**
   * Failed without an exception.
   *
   * @param step the last one that was entered
   */
  public LearnerFailedException(long step, String reason) {
    super("learner: " + reason);
    this.step = step;
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** The last step that was entered. */
  public long step() {
    return step;
  }
}
