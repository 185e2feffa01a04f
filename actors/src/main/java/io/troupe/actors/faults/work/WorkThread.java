package io.troupe.actors.faults.work;

import io.troupe.actors.faults.time.SimulatedProcess;
import java.time.Duration;

/** A thread of a process that does one piece of work after the other, in virtual time. */
final class WorkThread {
  private final SimulatedProcess process;
  private long freeAtNs;

  WorkThread(SimulatedProcess process) {
    this.process = process;
    this.freeAtNs = process.nanoTime();
  }

  /** Runs a task on the core's thread when this work, and all before it, is done. */
  void work(Duration duration, Runnable task) {
    freeAtNs = Math.max(freeAtNs, process.nanoTime()) + duration.toNanos();
    process.after(Duration.ofNanos(freeAtNs - process.nanoTime()), task);
  }
}
