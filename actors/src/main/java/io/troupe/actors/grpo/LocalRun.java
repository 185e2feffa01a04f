package io.troupe.actors.grpo;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.actors.run.RunFailedException;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.protocols.config.RunConfig;

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
   * @throws RunDirectoryException if the folder cannot be written
   * @throws RunStoppedException if the calling thread was interrupted
   */
  public static GrpoSummary start(GrpoInputs inputs, RunDirectory folder, RunListener listener) {
    return new RunSession(inputs, folder, listener, RunSeams.NONE).run();
  }

  /**
   * Goes on with a run that was interrupted, from its newest checkpoint, or from the start if it
   * has none. The folder's {@code config.conf} says everything.
   *
   * @throws RunDirectoryException if the run has finished already, or the folder cannot be written
   * @throws IllegalArgumentException as {@link GrpoInputs#load} does
   * @throws RunFailedException if it cannot go on
   * @throws RunStoppedException if the calling thread was interrupted
   */
  public static GrpoSummary resume(RunDirectory folder, RunListener listener) {
    folder.requireUnfinished();
    try (GrpoInputs inputs = GrpoInputs.load(config(folder))) {
      return new RunSession(inputs, folder, listener, RunSeams.NONE).run();
    }
  }

  /** The configuration of the run in a directory. */
  public static RunConfig config(RunDirectory folder) {
    return RunConfig.from(folder.config().config());
  }
}
