package io.troupe.actors.reward;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that rewards run on. One that does not come back is interrupted and left behind: a thread
 * cannot be stopped from outside. Daemons, so that they never hold the process.
 */
final class ScoringThreads implements AutoCloseable {
  /** The most threads that may hang at once; beyond that scoring cannot go on. */
  static final int MAX_HUNG = 16;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "troupe-reward-" + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger numHung = new AtomicInteger();

  Future<?> start(Runnable work) {
    return threads.submit(work);
  }

  /**
   * Interrupts a thread and leaves it behind.
   *
   * @param reward what it was doing
   * @throws IllegalStateException if too many hang already
   */
  void abandon(Work work, String reward) {
    work.abandon();
    if (numHung.get() > MAX_HUNG) {
      throw new IllegalStateException(
          "%d threads hang in rewards, the last in %s: it has to return, or answer to interruption"
              .formatted(numHung.get(), reward));
    }
  }

  /** Work that knows which reward it is in, and that can be left behind. */
  abstract class Work implements Runnable {
    private volatile String reward = "no reward";
    private volatile Thread thread;
    private boolean abandoned; // guarded by this, as is ended
    private boolean ended;

    abstract void work();

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
      Thread.interrupted(); // the thread is used again
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

    final synchronized boolean isAbandoned() {
      return abandoned;
    }

    final void starts(String name) {
      reward = name;
    }

    /** The reward that it is in. */
    final String reward() {
      return reward;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
