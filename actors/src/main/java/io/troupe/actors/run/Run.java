package io.troupe.actors.run;

import io.troupe.actors.learner.Deadline;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.LearnerFailedException;
import io.troupe.actors.learner.LearnerThread;
import io.troupe.actors.learner.PermanentFailure;
import io.troupe.actors.learner.Position;
import io.troupe.training.optim.NonFiniteLossException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run in this process: attempts to train from the newest checkpoint to the last step until one
 * succeeds, then the summary.
 *
 * <p>A failed attempt is repeated as long as each gets further than the one before. The next
 * attempt starts only when the learner's thread of the last one has ended; otherwise the run stops
 * with the cause. Interrupting the calling thread stops the run: the current step is finished, a
 * checkpoint is written, and {@link RunStoppedException} is thrown.
 *
 * @param <B> the batch of a step
 * @param <L> the ledger of the run
 * @param <S> the summary of the run
 */
public final class Run<B, L, S extends RunSummary> {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private final Algorithm<B, L, S> algorithm;
  private final RunContext context;
  private final Deadline stop;
  private String threadLeft = "";

  private Run(Algorithm<B, L, S> algorithm, RunContext context) {
    this.algorithm = algorithm;
    this.context = context;
    this.stop = algorithm.deadlines().stop();
  }

  /**
   * Trains to the end, from the newest checkpoint if there is one.
   *
   * @param directory of the run; the caller closes it
   * @throws RunFailedException if the run cannot continue
   * @throws RunDirectoryException if the run has already finished, or the directory cannot be
   *     written
   * @throws RunStoppedException if the calling thread was interrupted
   */
  public static <B, L, S extends RunSummary> S train(
      Algorithm<B, L, S> algorithm, RunDirectory directory, RunListener listener) {
    directory.requireUnfinished();
    return new Run<>(algorithm, new RunContext(directory, listener, new RunClock())).run();
  }

  private S run() {
    RunDirectory directory = context.directory();
    try {
      return attempts();
    } catch (InterruptedException e) {
      throw stopped("stopped between steps", e);
    } catch (LearnerFailedException | NonFiniteLossException e) {
      throw new RunFailedException(e.getMessage(), e);
    } catch (IOException e) {
      throw Thread.interrupted()
          ? stopped("stopped between steps", e)
          : RunDirectory.failure(directory.path(), e);
    } catch (RunDirectoryException e) {
      throw Thread.interrupted() ? stopped("stopped between steps", e) : e;
    }
  }

  private RunStoppedException stopped(String when, Throwable cause) {
    return new RunStoppedException(
        when + ": continue with 'troupe resume " + context.directory().path() + "'", cause);
  }

  private S attempts() throws IOException, InterruptedException {
    long failedAfter = -1;
    while (true) {
      try {
        return attempt();
      } catch (LearnerFailedException e) {
        if (!threadLeft.isEmpty()) {
          throw new RunFailedException(e.getMessage() + "; " + threadLeft, e);
        }
        if (PermanentFailure.is(e.getCause()) || e.step() <= failedAfter) {
          throw e;
        }
        failedAfter = e.step();
        LOG.warn("{}: continuing from the newest checkpoint", e.getMessage(), e);
      }
    }
  }

  private S attempt() throws IOException, InterruptedException {
    Attempt<B, L, S> attempt = algorithm.open(context);
    LearnerThread thread = new LearnerThread();
    try {
      return train(attempt, thread);
    } finally {
      end(attempt, thread);
    }
  }

  private S train(Attempt<B, L, S> attempt, LearnerThread thread)
      throws IOException, InterruptedException {
    Position<L> position = attempt.prepare(thread);
    if (!attempt.isFinished(position)) {
      context.listener().onEvent(new RunEvent.PhaseStarted("training"));
      position = trainSteps(attempt, thread, position);
    }
    if (!attempt.isFinished(position)) {
      throw stopped(
          "stopped after step %d of %d".formatted(position.step(), attempt.steps()), null);
    }
    attempt.stop();
    S summary = attempt.finish(thread, position);
    context.directory().writeSummary(summary.toMap());
    context.listener().onEvent(new RunEvent.Finished(summary));
    return summary;
  }

  private Position<L> trainSteps(
      Attempt<B, L, S> attempt, LearnerThread thread, Position<L> start) {
    RunSystem<L> system = new RunSystem<>(stop);
    try (system) {
      return system.run(
          (children, end) ->
              LearnerActor.create(
                  attempt.training(),
                  thread,
                  algorithm.deadlines(),
                  attempt.steps(),
                  start,
                  attempt.startBatches(children, start),
                  end));
    } finally {
      system.failureToEnd().ifPresent(attempt::retainMemory);
    }
  }

  private void end(Attempt<B, L, S> attempt, LearnerThread thread) {
    if (!thread.end(stop.limit())) {
      threadLeft =
          "the run stops, because its thread has not ended within " + stop + " after an interrupt";
      LOG.warn(
          "the learner's thread has not ended within {}", stop, thread.stackTrace("an attempt"));
      attempt.retainMemory("the learner's thread has not ended");
    }
    try {
      attempt.stop();
    } finally {
      attempt.close();
    }
  }
}
