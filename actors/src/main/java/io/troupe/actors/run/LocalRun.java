package io.troupe.actors.run;

/**
 * A whole run in this process: warm start, evaluation, GRPO, evaluation, summary.
 *
 * <p>Both methods return when the run has ended. Interrupting the calling thread stops the run
 * cleanly: the step under way is finished, a checkpoint is written, and {@link RunStoppedException}
 * is thrown. Inputs and folder stay open; the caller closes them.
 */
public final class LocalRun {
  private LocalRun() {}

  /**
   * Runs from the start.
   *
   * @throws RunFailedException if it cannot go on
   * @throws RunStoppedException if the calling thread was interrupted
   */
  public static RunSummary start(RunInputs inputs, RunFolder folder, RunListener listener) {
    throw new RunFailedException("the run of " + folder.path() + " cannot start yet", null);
  }

  /**
   * Goes on with a run that was interrupted, from its newest checkpoint. The folder's {@code
   * config.conf} says everything.
   *
   * @throws RunFolderException if the run has finished already
   * @throws RunFailedException if it cannot go on
   * @throws RunStoppedException if the calling thread was interrupted
   */
  public static RunSummary resume(RunFolder folder, RunListener listener) {
    throw new RunFailedException("the run of " + folder.path() + " cannot resume yet", null);
  }
}
