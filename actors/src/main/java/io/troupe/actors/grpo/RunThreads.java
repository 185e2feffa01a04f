package io.troupe.actors.grpo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the rollout actors. An actor shuts its thread down when it stops; memory that the
 * threads use may be freed only after {@link #await}. Thread-safe.
 */
final class RunThreads {
  private final Map<String, ExecutorService> threads = new LinkedHashMap<>();

  /** An executor with one thread, which starts with its first work. */
  synchronized ExecutorService single(String name) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
    threads.values().removeIf(ExecutorService::isTerminated);
    threads.put(name + " " + System.nanoTime(), thread);
    return thread;
  }

  /**
   * Waits for the threads to end. They accept no more work.
   *
   * @return the names of the threads that have not ended
   */
  synchronized List<String> await(Duration limit) {
    List<String> working = new ArrayList<>();
    threads.values().forEach(ExecutorService::shutdown);
    long endNs = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    for (Map.Entry<String, ExecutorService> thread : threads.entrySet()) {
      boolean ended = false;
      while (!ended && System.nanoTime() < endNs) {
        try {
          ended =
              thread.getValue().awaitTermination(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true; // the memory of the attempt depends on this wait
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
