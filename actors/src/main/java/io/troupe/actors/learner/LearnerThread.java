package io.troupe.actors.learner;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The only thread that computes with the weights of an attempt. A new attempt may start only after
 * {@link #end} has returned true for the one before. Thread-safe.
 */
public final class LearnerThread {
  private static final String NAME = "troupe-learner";

  private final ExecutorService executor;
  private volatile Thread thread;

  /** A thread that starts with its first work. */
  public LearnerThread() {
    executor =
        Executors.newSingleThreadExecutor(
            work -> {
              thread = Thread.ofPlatform().daemon().name(NAME).unstarted(work);
              return thread;
            });
  }

  /** Runs some work and returns its result as a future. */
  public <T> CompletableFuture<T> submit(Callable<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        executor);
  }

  /**
   * Runs some work and waits for its result.
   *
   * @param step the last one that was committed
   * @param what the work is, such as {@code warm start step 3}
   * @throws LearnerFailedException if the work fails in a way that a restart may resolve, or
   *     exceeds its deadline
   * @throws IOException if the work throws it
   * @throws InterruptedException if the calling thread is interrupted
   */
  public <T> T call(long step, String what, Deadline deadline, Callable<T> work)
      throws IOException, InterruptedException {
    Future<T> result = executor.submit(work);
    try {
      return result.get(deadline.limit().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LearnerFailedException overdue = LearnerFailedException.overdue(step, what, deadline);
      overdue.addSuppressed(stackTrace(what));
      throw overdue;
    } catch (ExecutionException e) {
      throw failure(step, what, e.getCause());
    }
  }

  private static RuntimeException failure(long step, String what, Throwable cause)
      throws IOException, InterruptedException {
    return switch (cause) {
      case IOException e -> throw e;
      case InterruptedException e -> throw e;
      case RuntimeException e when PermanentFailure.is(e) -> e;
      default -> new LearnerFailedException(step, what, cause);
    };
  }

  /**
   * Ends the thread: interrupts the work in progress and waits for it.
   *
   * @return whether the thread has ended; if not, its memory must not be freed and no other thread
   *     may use the weights
   */
  public boolean end(Duration limit) {
    executor.shutdownNow();
    long endNs = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended && endNs - System.nanoTime() > 0) {
      try {
        ended = executor.awaitTermination(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true; // the memory of the attempt depends on this wait
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return executor.isTerminated();
  }

  /** The stack trace of the thread, as an exception for the log. */
  public Exception stackTrace(String work) {
    Exception trace = new IllegalStateException("stack of " + NAME + " in " + work);
    Thread running = thread;
    trace.setStackTrace(running == null ? new StackTraceElement[0] : running.getStackTrace());
    return trace;
  }
}
