package io.troupe.actors.supervised;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.protocols.config.TrainConfig;

/**
 * A supervised run in this process.
 *
 * <p>Both methods return when the run has ended. Interrupting the calling thread stops the run
 * cleanly: the step under way is finished, a checkpoint is written, and {@link
 * io.troupe.actors.run.RunStoppedException} is thrown. Inputs and folder stay open; the caller
 * closes them.
 */
public final class SupervisedRun {
  private SupervisedRun() {}

  /**
   * Runs from the start.
   *
   * @throws io.troupe.actors.run.RunFailedException if it cannot go on
   * @throws RunDirectoryException if the folder cannot be written
   * @throws io.troupe.actors.run.RunStoppedException if the calling thread was interrupted
   */
  public static SupervisedSummary start(
      SupervisedInputs inputs, RunDirectory folder, SupervisedListener listener) {
    return new SupervisedSession(inputs, folder, listener).run();
  }

  /**
   * Goes on with a run that was interrupted, from its newest checkpoint; there is none only where
   * it had not come to its first step. The folder's {@code config.conf} says everything.
   *
   * @throws RunDirectoryException if the run has finished already, or the folder cannot be written
   * @throws IllegalArgumentException as {@link SupervisedInputs#load} does
   */
  public static SupervisedSummary resume(RunDirectory folder, SupervisedListener listener) {
    folder.requireUnfinished();
    try (SupervisedInputs inputs = SupervisedInputs.load(config(folder))) {
      return new SupervisedSession(inputs, folder, listener).run();
    }
  }

  /** The configuration of the run in a directory. */
  public static TrainConfig config(RunDirectory folder) {
    return TrainConfig.from(folder.config().config());
  }
}
