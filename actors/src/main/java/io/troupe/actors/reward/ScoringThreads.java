package io.troupe.actors.reward;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for rewards. A thread that does not return is interrupted and abandoned, because Java
 * cannot stop it. They are daemons, so they do not keep the process alive.
 */
public final class ScoringThreads implements AutoCloseable {
  /** Maximum number of abandoned threads; beyond it, scoring fails. */
  public static final int MAX_HUNG = 16;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "troupe-reward-" + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger numHung = new AtomicInteger();

  /** Threads that start with their first work. */
  public ScoringThreads() {}

  /** Starts some work. */
  public Future<?> start(Runnable work) {
    return threads.submit(work);
  }

  /**
   * Interrupts the thread of some work and abandons it.
   *
   * @param reward name of the reward in progress
   * @throws IllegalStateException if too many threads are abandoned
   */
  public void abandon(Work work, String reward) {
    work.abandon();
    if (numHung.get() > MAX_HUNG) {
      throw new IllegalStateException(
          "%d threads have not returned from rewards, the last from %s; a reward must return, or end when it is interrupted"
              .formatted(numHung.get(), reward));
    }
  }

  /** Work that reports its current reward and can be abandoned. */
  public abstract class Work implements Runnable {
    private volatile String reward = "no reward";
    private volatile Thread thread;
    private boolean abandoned; // guarded by this, as is ended
    private boolean ended;

    /** Work of these threads. */
    protected Work() {}

    /** Does it, and reports the rewards in progress. */
    protected abstract void work();

    @Override
    public final void run() {
      thread = Thread.currentThread();
      try {
        work();
      } finally {
        end();
      }
    }

    private synchronized void end() {
      ended = true;
      if (abandoned) {
        numHung.decrementAndGet();
      }
      Thread.interrupted(); // the thread is reused
    }

    private synchronized void abandon() {
      if (abandoned) {
        return;
      }
      abandoned = true;
      if (!ended) {
        numHung.incrementAndGet();
        if (thread != null) {
          thread.interrupt();
        }
      }
    }

    /** Whether nobody waits for it any more. */
    public final synchronized boolean isAbandoned() {
      return abandoned;
    }

    /** A reward begins. */
    protected final void starts(String name) {
      reward = name;
    }

    /** The name of the reward in progress. */
    public final String reward() {
      return reward;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
