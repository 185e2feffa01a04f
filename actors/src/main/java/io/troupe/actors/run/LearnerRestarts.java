package io.troupe.actors.run;

import io.troupe.actors.learner.LearnerFailedException;
import io.troupe.training.optim.NonFiniteLossException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A learner that fails goes on from the newest checkpoint, as long as it gets farther each time.
 */
public final class LearnerRestarts {
  private static final Logger LOG = LoggerFactory.getLogger(LearnerRestarts.class);

  private LearnerRestarts() {}

  /** Training to the end. */
  @FunctionalInterface
  public interface Attempt<S> {
    /** Trains. */
    S train() throws IOException, InterruptedException;
  }

  /**
   * Trains to the end.
   *
   * @param attempt trains from where the run stands
   * @param goBack to the newest checkpoint, before each further attempt
   * @return what the attempt that got there gives
   * @throws LearnerFailedException if restarting does not help
   */
  public static <S> S run(Attempt<S> attempt, Runnable goBack)
      throws IOException, InterruptedException {
    long failedAfter = -1;
    while (true) {
      try {
        return attempt.train();
      } catch (LearnerFailedException e) {
        if (!helpsToRestart(e) || e.step() <= failedAfter) {
          throw e;
        }
        failedAfter = e.step();
        LOG.warn("{}: going on from the newest checkpoint", e.getMessage(), e);
        goBack.run();
      }
    }
  }

  /** Not where the same would happen again: a loss that is not a number, a full disk. */
  private static boolean helpsToRestart(LearnerFailedException e) {
    return switch (e.getCause()) {
      case NonFiniteLossException _, IOException _, RunDirectoryException _, Error _ -> false;
      case IllegalArgumentException _ -> false; // data that does not fit the model
      case null, default -> true;
    };
  }
}
