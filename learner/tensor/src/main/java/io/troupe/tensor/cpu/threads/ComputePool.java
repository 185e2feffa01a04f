package io.troupe.tensor.cpu.threads;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that kernels share: the caller of {@link #run} and {@code threads - 1} workers.
 *
 * <p>Work is split into numbered parts by shape alone, so results do not depend on the number of
 * threads. Regions last microseconds, so workers spin for a while before they sleep. While one
 * caller uses the workers, the parts of another one run on its own thread: callers never wait for
 * each other.
 */
public final class ComputePool implements AutoCloseable {
  /** Looks before a worker sleeps or a caller yields: some 50 microseconds. */
  private static final int SPINS = 2_000;

  private final AtomicReference<Job> current = new AtomicReference<>();
  private final Worker[] workers;
  private volatile boolean closed;

  /** A numbered part of the work. */
  @FunctionalInterface
  public interface Part {
    /** Computes part {@code index}; parts may run at the same time and in any order. */
    void run(int index);
  }

  /**
   * Starts the workers.
   *
   * @param threads threads that compute at once, the caller included; at least 1
   */
  public ComputePool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be >= 1, got " + threads);
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker("troupe-compute-" + (i + 1));
      workers[i].start();
    }
  }

  /** Threads that compute at once, the caller included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs parts 0 to {@code parts - 1} and returns when all are done. What the parts wrote is
   * visible to the caller. If parts fail, one of their exceptions is thrown.
   */
  public void run(int parts, Part body) {
    Job job = parts > 1 && workers.length > 0 ? new Job(parts, body) : null;
    if (job == null || closed || !current.compareAndSet(null, job)) {
      for (int part = 0; part < parts; part++) {
        body.run(part);
      }
      return;
    }
    for (int i = 0; i < Math.min(workers.length, parts - 1); i++) {
      workers[i].wake();
    }
    job.work();
    current.set(null);
    job.await();
  }

  /** Stops the workers; closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** The parts of one region, taken in order by free threads. */
  private static final class Job {
    private final int parts;
    private final Part body;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;
    private volatile Throwable failure;

    Job(int parts, Part body) {
      this.parts = parts;
      this.body = body;
      this.left = new AtomicInteger(parts);
    }

    boolean isTaken() {
      return next.get() >= parts;
    }

    void work() {
      for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
        try {
          body.run(part);
        } catch (Throwable e) {
          failure = e;
        }
        left.getAndDecrement();
      }
    }

    void await() {
      for (int spins = 0; left.get() > 0; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
    }
  }

  private final class Worker extends Thread {
    private volatile boolean asleep;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int spins = 0;
      while (!closed) {
        Job job = current.get();
        if (job != null && !job.isTaken()) {
          job.work();
          spins = 0;
        } else if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          sleep();
          spins = 0;
        }
      }
    }

    /** Sleeps unless there is work; announces it first, so that no wake-up is lost. */
    private void sleep() {
      asleep = true;
      Job job = current.get();
      if ((job == null || job.isTaken()) && !closed) {
        LockSupport.park(this);
      }
      asleep = false;
    }
  }
}
