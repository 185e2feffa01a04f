package io.troupe.actors.run;

import io.troupe.actors.learner.BatchSource;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.LearnerThread;
import io.troupe.actors.learner.Position;
import io.troupe.actors.learner.Training;
import java.io.IOException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * One attempt of a run, from its newest checkpoint to the end. It owns engine, weights and
 * optimizer; everything that computes with them runs on the attempt's {@link LearnerThread}.
 *
 * @param <B> the batch of a step
 * @param <L> the ledger of the run
 * @param <S> the summary of the run
 */
public interface Attempt<B, L, S extends RunSummary> extends AutoCloseable {
  /** Number of steps of the whole run. */
  long steps();

  /**
   * Restores the newest checkpoint. Without one, prepares a new run and writes its checkpoint of
   * step 0.
   *
   * @return the position at which training continues
   */
  Position<L> prepare(LearnerThread thread) throws IOException, InterruptedException;

  /** The steps; valid after {@link #prepare}. */
  Training<B, L> training();

  /**
   * Starts the actors that produce batches.
   *
   * @param children starts actors whose failure ends the attempt
   * @return creates the source of batches for the learner's context
   */
  Function<ActorContext<LearnerActor.Command<B, L>>, BatchSource<B, L>> startBatches(
      ChildActors children, Position<L> from);

  /** Whether no more steps are trained after a position. */
  boolean isFinished(Position<L> position);

  /**
   * Evaluates and saves the result of a finished run.
   *
   * @return the summary of the run
   */
  S finish(LearnerThread thread, Position<L> end) throws IOException, InterruptedException;

  /** Ends all threads of the attempt except the learner's. Repeated calls have no effect. */
  void stop();

  /** Keeps the memory of the attempt allocated after {@link #close}: a thread still uses it. */
  void retainMemory(String reason);

  /** Frees the memory of the attempt; called after all of its threads have ended. */
  @Override
  void close();
}
