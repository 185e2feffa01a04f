package io.troupe.actors.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads that the actors of a run do their work on. Actors shut theirs down when they stop;
 * memory that the work uses may be given back only after {@link #await}. Thread-safe.
 */
public final class RunThreads {
  private final Map<String, ExecutorService> threads = new LinkedHashMap<>();

  /** No threads yet. */
  public RunThreads() {}

  /** A thread, started with its first work. */
  public synchronized ExecutorService single(String name) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
    threads.values().removeIf(ExecutorService::isTerminated);
    threads.put(name + " " + System.nanoTime(), thread);
    return thread;
  }

  /**
   * Waits for work to end; threads that no actor has shut down take no more of it.
   *
   * @return the names of the threads that still work
   */
  public synchronized List<String> await(Duration patience) {
    List<String> working = new ArrayList<>();
    threads.values().forEach(ExecutorService::shutdown);
    long endNs = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    for (Map.Entry<String, ExecutorService> thread : threads.entrySet()) {
      boolean ended = false;
      while (!ended && System.nanoTime() < endNs) {
        try {
          ended =
              thread.getValue().awaitTermination(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true; // memory is at stake: wait on, and pass it on afterwards
        }
      }
      if (!thread.getValue().isTerminated()) {
        working.add(thread.getKey().split(" ")[0]);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return working;
  }
}
