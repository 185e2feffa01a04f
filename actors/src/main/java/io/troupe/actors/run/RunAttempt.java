package io.troupe.actors.run;

import io.troupe.actors.learner.LearnerFailedException;
import io.troupe.training.optim.NonFiniteLossException;
import java.io.IOException;

/** One process's part of a run, and how it may end before the run has. */
public final class RunAttempt {
  private RunAttempt() {}

  /** The parts of a run in order. */
  @FunctionalInterface
  public interface Parts<T> {
    /** Does them. */
    T run() throws IOException, InterruptedException;
  }

  /**
   * Does the parts of a run.
   *
   * @throws RunStoppedException if the calling thread was interrupted
   * @throws RunFailedException if the run cannot go on
   * @throws RunDirectoryException if the folder cannot be written
   */
  public static <T> T of(RunDirectory folder, Parts<T> parts) {
    try {
      return parts.run();
    } catch (InterruptedException e) {
      throw stopped(folder);
    } catch (LearnerFailedException | NonFiniteLossException e) {
      throw new RunFailedException(e.getMessage(), e);
    } catch (IOException e) {
      throw Thread.interrupted() ? stopped(folder) : RunDirectory.failure(folder.path(), e);
    } catch (RunDirectoryException e) {
      throw Thread.interrupted() ? stopped(folder) : e;
    }
  }

  /** An interrupt ends a wait, and a write that is under way: the channel throws. */
  private static RunStoppedException stopped(RunDirectory folder) {
    return new RunStoppedException(
        "stopped between steps: go on by 'troupe resume " + folder.path() + "'");
  }
}
