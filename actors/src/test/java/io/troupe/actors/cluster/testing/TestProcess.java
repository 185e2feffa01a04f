package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;

/** One start of a process: its events stop when it is killed, and wait while it is paused. */
public final class TestProcess {
  private final NodeId node;
  private final VirtualTime time;
  private final TestNetwork network;
  private final ArrayDeque<Runnable> delayed = new ArrayDeque<>();
  private boolean isDead;
  private boolean isPaused;

  public TestProcess(NodeId node, VirtualTime time, TestNetwork network) {
    this.node = node;
    this.time = time;
    this.network = network;
  }

  public NodeId node() {
    return node;
  }

  public Random random() {
    return time.random();
  }

  public boolean isDead() {
    return isDead;
  }

  public void kill() {
    isDead = true;
    delayed.clear();
  }

  public void pause(long durationNs) {
    isPaused = true;
    time.after(
        durationNs,
        () -> {
          isPaused = false;
          while (!delayed.isEmpty() && !isDead) {
            delayed.remove().run();
          }
        });
  }

  /** Runs an event of this process, unless it is dead. */
  public void run(Runnable action) {
    if (isPaused && !isDead) {
      delayed.add(action);
    } else if (!isDead) {
      action.run();
    }
  }

  /** Runs an event after a random time. */
  public void later(long minNs, long spreadNs, Runnable action) {
    long delay = minNs + (spreadNs == 0 ? 0 : (long) (random().nextDouble() * spreadNs));
    time.after(delay, () -> run(action));
  }

  public Environment environment() {
    return new Environment() {
      @Override
      public long nanoTime() {
        return time.nowNs();
      }

      @Override
      public long currentTimeMillis() {
        return time.nowNs() / 1_000_000;
      }

      @Override
      public void send(NodeId to, ControlMessage message) {
        network.send(to, message);
      }

      @Override
      public void transfer(NodeId to, BulkMessage message) {
        network.transfer(to, message);
      }

      @Override
      public Timer after(Duration delay, Runnable action) {
        boolean[] cancelled = new boolean[1];
        time.after(
            delay.toNanos(),
            () ->
                TestProcess.this.run(
                    () -> {
                      if (!cancelled[0]) {
                        action.run();
                      }
                    }));
        return () -> cancelled[0] = true;
      }
    };
  }
}
