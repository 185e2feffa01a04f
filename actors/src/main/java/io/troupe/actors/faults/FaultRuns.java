package io.troupe.actors.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Simulates many seeds on several threads. */
public final class FaultRuns {
  private final LongFunction<SeedResult> simulation;
  private final int numThreads;

  /**
   * Runs of a simulation.
   *
   * @param simulation the simulation of a seed, which any thread may run
   * @param numThreads number of threads, at least 1
   */
  public FaultRuns(LongFunction<SeedResult> simulation, int numThreads) {
    this.simulation = simulation;
    this.numThreads = numThreads;
  }

  /**
   * Simulates consecutive seeds.
   *
   * @param firstSeed the first of them
   * @param numSeeds their number, at least 1
   * @param onResult is called for each result, by one thread at a time, in any order
   * @throws InterruptedException if the thread is interrupted; the simulations are abandoned
   */
  public FaultReport run(long firstSeed, int numSeeds, Consumer<SeedResult> onResult)
      throws InterruptedException {
    FaultReport report = new FaultReport();
    AtomicLong nextSeed = new AtomicLong(firstSeed);
    Callable<Void> worker =
        () -> {
          long seed = nextSeed.getAndIncrement();
          while (seed < firstSeed + numSeeds && !Thread.currentThread().isInterrupted()) {
            SeedResult result = simulation.apply(seed);
            synchronized (report) {
              report.add(result);
              onResult.accept(result);
            }
            seed = nextSeed.getAndIncrement();
          }
          return null;
        };
    ExecutorService threads =
        Executors.newFixedThreadPool(
            numThreads, Thread.ofPlatform().daemon().name("faults-", 0).factory());
    try {
      List<Callable<Void>> workers = new ArrayList<>();
      for (int i = 0; i < numThreads; i++) {
        workers.add(worker);
      }
      threads.invokeAll(workers).forEach(FaultRuns::requireSuccess);
    } finally {
      threads.shutdownNow();
    }
    return report;
  }

  private static void requireSuccess(Future<Void> worker) {
    try {
      worker.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a simulation failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new CancellationException("interrupted");
    }
  }
}
