package io.troupe.actors.faults.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A process with one thread, a clock and timers. Its tasks run one after the other, each for a
 * random time of up to {@value #MAX_COST_NS} ns. It can be killed, which drops its tasks and
 * timers, and paused, after which its timers fire late.
 *
 * <p>Its clock starts anywhere, as {@link System#nanoTime()} does, and may jump forward, as after
 * the suspension of a virtual machine.
 */
public final class SimulatedProcess {
  private static final long MAX_COST_NS = 20_000;
  private static final long MAX_CLOCK_START_NS = Long.MAX_VALUE / 4;

  private final Timeline timeline;
  private final Dice dice;
  private final String name;
  private final Consumer<RuntimeException> onFailure;
  private final Queue<Runnable> ready = new ArrayDeque<>();
  private final Set<ProcessTimer> timers = new LinkedHashSet<>();
  private long clockNs; // its clock minus the virtual time
  private long busyUntilNs;
  private boolean alive = true;
  private boolean paused;
  private boolean awake; // an event for the next task exists
  private int numLate;

  /**
   * A process that runs.
   *
   * @param name unique among the running processes
   * @param onFailure is called if a task throws an exception
   */
  public SimulatedProcess(
      Timeline timeline, Dice dice, String name, Consumer<RuntimeException> onFailure) {
    this.timeline = timeline;
    this.dice = dice;
    this.name = name;
    this.onFailure = onFailure;
    this.clockNs = dice.between(-MAX_CLOCK_START_NS, MAX_CLOCK_START_NS);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Whether it was not killed. */
  public boolean isAlive() {
    return alive;
  }

  /** Whether it is paused. */
  public boolean isPaused() {
    return paused;
  }

  /** Its monotonic clock. */
  public long nanoTime() {
    return timeline.nowNs() + clockNs;
  }

  /** The number of tasks that wait for the thread. */
  public int numReady() {
    return ready.size();
  }

  /** The number of tasks and timers. */
  public int numPending() {
    return ready.size() + timers.size();
  }

  /** Runs a task after those that wait already. A killed process ignores it. */
  public void execute(Runnable task) {
    if (alive) {
      ready.add(task);
      wake();
    }
  }

  /** Runs a task after a delay of its clock. */
  public ProcessTimer after(Duration delay, Runnable task) {
    ProcessTimer timer = new ProcessTimer(timeline.nowNs() + Math.max(0, delay.toNanos()), task);
    if (alive) {
      timers.add(timer);
      timer.schedule();
    }
    return timer;
  }

  /** The current task takes this much longer: the process does nothing else until then. */
  public void block(long durationNs) {
    busyUntilNs = Math.max(busyUntilNs, timeline.nowNs()) + durationNs;
  }

  /** Drops its tasks and timers, and ends it. */
  public void kill() {
    alive = false;
    ready.clear();
    timers.forEach(ProcessTimer::unschedule);
    timers.clear();
  }

  /** Stops it, as SIGSTOP does. */
  public void pause() {
    paused = true;
  }

  /**
   * Continues it, as SIGCONT does.
   *
   * @return the number of timers that fire late
   */
  public int resume() {
    paused = false;
    int late = numLate;
    numLate = 0;
    wake();
    return late;
  }

  /**
   * Advances its clock.
   *
   * @return the number of timers that fire at once
   */
  public int jump(Duration by) {
    clockNs += by.toNanos();
    int numDue = 0;
    for (ProcessTimer timer : timers) {
      timer.unschedule();
      timer.dueNs -= by.toNanos();
      timer.schedule();
      numDue += timer.dueNs <= timeline.nowNs() ? 1 : 0;
    }
    return numDue;
  }

  private void wake() {
    if (!awake && alive && !paused && !ready.isEmpty()) {
      awake = true;
      timeline.at(busyUntilNs, this::runOne);
    }
  }

  private void runOne() {
    awake = false;
    if (!alive || paused || ready.isEmpty()) {
      return;
    }
    Runnable task = ready.remove();
    busyUntilNs = timeline.nowNs() + dice.between(0, MAX_COST_NS);
    try {
      task.run();
    } catch (RuntimeException failure) {
      onFailure.accept(failure);
    }
    wake();
  }

  /** A timer of a process. */
  public final class ProcessTimer {
    private final Runnable task;
    private long dueNs; // virtual time
    private Timeline.Event event;
    private boolean canceled;

    private ProcessTimer(long dueNs, Runnable task) {
      this.dueNs = dueNs;
      this.task = task;
    }

    /** The task is not run, unless it has begun. */
    public void cancel() {
      canceled = true;
      unschedule();
      timers.remove(this);
    }

    private void schedule() {
      event = timeline.at(dueNs, this::fire);
    }

    private void unschedule() {
      event.cancel();
    }

    private void fire() {
      timers.remove(this);
      numLate += paused ? 1 : 0;
      execute(this::run);
    }

    private void run() {
      if (!canceled) {
        task.run();
      }
    }
  }
}
