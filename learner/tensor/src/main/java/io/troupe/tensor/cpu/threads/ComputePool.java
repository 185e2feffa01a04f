package io.troupe.tensor.cpu.threads;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The threads that kernels share: the callers of {@link #run} and {@code threads - 1} workers.
 *
 * <p>Work is split into numbered parts by shape alone, so results do not depend on the number of
 * threads. Regions last microseconds, so workers spin for a while before they sleep.
 *
 * <p>Callers never wait for each other. Several may compute at the same time, such as a learner and
 * the rollout actors of a run with max-staleness above 0. Each then takes the place of one worker,
 * and the remaining workers serve the caller with the fewest: callers and workers together never
 * exceed the number of threads, since on a core that two of them share each would wait for parts of
 * a thread that does not run. A worker checks this after every part.
 */
public final class ComputePool implements AutoCloseable {
  /**
   * Looks before a worker sleeps: some 200 microseconds, since waking it takes a quarter of that.
   */
  private static final int SPINS = 4_000;

  /** A waiting worker lets other threads run every few microseconds. */
  private static final int SPINS_PER_YIELD = 64;

  private final ThreadLocal<Caller> caller = ThreadLocal.withInitial(this::register);
  private final AtomicInteger helping = new AtomicInteger();
  private final Worker[] workers;
  private volatile Caller[] callers = {};
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
   * @param threads threads that compute at once, callers included; at least 1
   */
  public ComputePool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be >= 1, got " + threads);
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /** Threads that compute at once, callers included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs parts 0 to {@code parts - 1} and returns when all are done. What the parts wrote is
   * visible to the caller. If parts fail, one of their exceptions is thrown.
   */
  public void run(int parts, Part body) {
    if (parts <= 1 || workers.length == 0 || closed || Thread.currentThread() instanceof Worker) {
      runAlone(parts, body);
      return;
    }
    Caller self = caller.get();
    if (self.isComputing()) {
      runAlone(parts, body); // a part that has parts itself
      return;
    }
    Region region = new Region(parts, threads(), body);
    self.begin(region);
    wake(Math.min(freeWorkers(), parts - 1));
    region.work();
    self.end();
    region.await();
  }

  private static void runAlone(int parts, Part body) {
    for (int part = 0; part < parts; part++) {
      body.run(part);
    }
  }

  private void wake(int count) {
    for (int i = 0; i < count; i++) {
      workers[i].wake();
    }
  }

  /** Workers that may help: one fewer for each caller that computes besides the first. */
  private int freeWorkers() {
    int active = 0;
    for (Caller each : callers) {
      if (each.isActive()) {
        active++;
      }
    }
    return threads() - Math.max(1, active);
  }

  private synchronized Caller register() {
    Caller added = new Caller(Thread.currentThread());
    callers =
        Stream.concat(Arrays.stream(callers).filter(each -> !each.hasEnded()), Stream.of(added))
            .toArray(Caller[]::new);
    return added;
  }

  /** Stops the workers; closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int number;
    private volatile boolean asleep;

    /** Thread {@code number} of a region; 0 is its caller. */
    Worker(int number) {
      super("troupe-compute-" + number);
      this.number = number;
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
        if (help()) {
          spins = 0;
        } else if (spins++ < SPINS && freeWorkers() > 0) {
          if (spins % SPINS_PER_YIELD == 0) {
            Thread.yield();
          }
          Thread.onSpinWait();
        } else {
          sleep();
          spins = 0;
        }
      }
    }

    /** Runs parts of a region; returns false if there is none, or no place for this worker. */
    private boolean help() {
      Region region = nextRegion();
      if (region == null) {
        return false;
      }
      boolean helped = false;
      helping.getAndIncrement();
      region.helpers.getAndIncrement();
      while (helping.get() <= freeWorkers() && region.runNext(number)) {
        helped = true;
      }
      region.helpers.getAndDecrement();
      helping.getAndDecrement();
      return helped;
    }

    private Region nextRegion() {
      Region next = null;
      for (Caller each : callers) {
        Region region = each.region;
        if (region != null
            && !region.isTaken()
            && (next == null || region.helpers.get() < next.helpers.get())) {
          next = region;
        }
      }
      return next;
    }

    /** Sleeps unless there is work; announces it first, so that no wake-up is lost. */
    private void sleep() {
      asleep = true;
      if ((nextRegion() == null || freeWorkers() <= 0) && !closed) {
        LockSupport.park(this);
      }
      asleep = false;
    }
  }
}
