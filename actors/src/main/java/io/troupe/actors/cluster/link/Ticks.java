package io.troupe.actors.cluster.link;

import io.troupe.actors.cluster.protocol.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Repeats actions with a fixed delay between them, until it is stopped. */
public final class Ticks {
  private final Environment environment;
  private final List<Tick> ticks = new ArrayList<>();
  private boolean isStopped;

  /** No actions yet. */
  public Ticks(Environment environment) {
    this.environment = environment;
  }

  /** Runs an action now and then repeatedly. */
  public void every(Duration delay, Runnable action) {
    Tick tick = new Tick(delay, action);
    ticks.add(tick);
    tick.run();
  }

  /** Ends the repetition. */
  public void stop() {
    isStopped = true;
    ticks.forEach(tick -> tick.timer.cancel());
  }

  private final class Tick implements Runnable {
    private final Duration delay;
    private final Runnable action;
    private Environment.Timer timer = () -> {};

    Tick(Duration delay, Runnable action) {
      this.delay = delay;
      this.action = action;
    }

    @Override
    public void run() {
      if (!isStopped) {
        action.run();
      }
      if (!isStopped) {
        timer = environment.after(delay, this);
      }
    }
  }
}
