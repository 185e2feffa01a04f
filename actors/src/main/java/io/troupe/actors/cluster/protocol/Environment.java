package io.troupe.actors.cluster.protocol;

import java.time.Duration;

/**
 * The world of a core: time, timers and messages to other nodes.
 *
 * <p>A core runs on one thread. Its messages, timers and completed work arrive there one after the
 * other, and no method here calls the core before it returns. In production an actor provides the
 * environment; the fault simulation provides virtual time and a simulated network.
 */
public interface Environment {

  /** Monotonic time in nanoseconds. Jumps forward when the process was paused. */
  long nanoTime();

  /** Wall-clock time in milliseconds since 1970, for log entries only; may jump either way. */
  long currentTimeMillis();

  /** Sends a message. It may be lost, late, doubled or reordered. The receiver may be this node. */
  void send(NodeId to, ControlMessage message);

  /**
   * Transfers content. It may be lost, late, doubled or reordered, and there is no answer. The
   * content is shared by reference inside a process: nobody may change it.
   */
  void transfer(NodeId to, BulkMessage message);

  /** Runs an action after a delay, unless the timer is cancelled first. */
  Timer after(Duration delay, Runnable action);

  /** A scheduled action. */
  interface Timer {
    /** Cancels the action; no effect if it has run. */
    void cancel();
  }
}
