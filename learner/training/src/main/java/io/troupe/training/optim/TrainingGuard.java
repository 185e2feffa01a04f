package io.troupe.training.optim;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Detects two threads that train the same weights, and interrupts of the thread that trains. A
 * trainer enters its guard for each step. Thread-safe.
 */
public final class TrainingGuard {
  private final AtomicReference<Thread> owner = new AtomicReference<>();

  /** A guard that no thread has entered. */
  public TrainingGuard() {}

  /** Leaves the guard when closed. */
  public interface Entered extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Enters the guard.
   *
   * @param work for the error message, such as {@code step 4}
   * @throws IllegalStateException if another thread, or this one, has entered it
   */
  public Entered enter(String work) {
    Thread current = Thread.currentThread();
    Thread other = owner.compareAndExchange(null, current);
    if (other != null) {
      throw new IllegalStateException(
          "%s must be the only work on its weights, but thread %s uses them"
              .formatted(work, other.getName()));
    }
    return () -> owner.set(null);
  }

  /**
   * Ends work whose thread was interrupted. Called where the weights are unchanged or complete.
   *
   * @param work for the message, such as {@code step 4}
   * @throws CancellationException if the current thread is interrupted
   */
  public static void checkInterrupt(String work) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(work + " was interrupted");
    }
  }
}
