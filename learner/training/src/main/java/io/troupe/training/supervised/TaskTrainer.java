package io.troupe.training.supervised;

import io.troupe.protocols.batch.MiniBatch;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes the training steps of a task. A step is a function of the weights, the state of the
 * optimizers, the batch and (seed, step). Used by one thread at a time.
 */
public interface TaskTrainer extends AutoCloseable {
  /** Code that uses the resulting weights: their average, if there is one. */
  @FunctionalInterface
  interface ResultWork<T> {
    /** Runs the work. */
    T run() throws IOException;
  }

  /**
   * Trains on a batch.
   *
   * @throws io.troupe.training.optim.NonFiniteLossException if a loss or a gradient is NaN or
   *     infinite
   * @throws IllegalArgumentException if the batch does not fit the task
   * @throws IllegalStateException if another thread is in a step
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  StepResult step(MiniBatch batch);

  /** Completed steps. */
  long stepCount();

  /** Runs some work while the module has the resulting weights. */
  <T> T withResult(ResultWork<T> work) throws IOException;

  /**
   * Writes the state of the optimizers, and of averaged weights, for {@link #load}.
   *
   * @throws IOException if it cannot be written
   */
  void save(Path folder) throws IOException;

  /**
   * Restores what {@link #save} has written.
   *
   * @throws io.troupe.nn.checkpoint.CheckpointFormatException if it does not fit the task
   */
  void load(Path folder);

  /** Frees the memory of the optimizers. */
  @Override
  void close();
}
