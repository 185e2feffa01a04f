package io.troupe.streams.http.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A client's connection as request handlers see it. It is busy while a response is being produced,
 * and idle otherwise. Thread-safe.
 */
public final class ClientConnection {
  private final BooleanSupplier hasCurrentClient;

  // Guarded by this.
  private final Set<Runnable> actions = new HashSet<>();
  private boolean isClosed;
  private int numHolds;
  private long idleSinceNs = System.nanoTime();
  private Consumer<Boolean> end = _ -> {};

  /**
   * A connection.
   *
   * @param hasCurrentClient whether the certificate of the client is valid now, if it needs one
   */
  ClientConnection(BooleanSupplier hasCurrentClient) {
    this.hasCurrentClient = hasCurrentClient;
  }

  /**
   * Whether the client may send requests at this time: false if it needs a certificate and its own
   * has expired since it connected.
   */
  public boolean hasCurrentClient() {
    return hasCurrentClient.getAsBoolean();
  }

  /** An action that runs when the client disconnects, until it is removed. */
  public interface Registration {
    /** Removes the action; nothing happens if it has run. */
    void remove();
  }

  /**
   * Registers an action for the time when the client disconnects, at once if it has. The action
   * must not block.
   */
  public Registration whenClosed(Runnable action) {
    synchronized (this) {
      if (!isClosed) {
        actions.add(action);
        return () -> remove(action);
      }
    }
    action.run();
    return () -> {};
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }

  /** Keeps the connection busy until {@link #release} has been called as often as this method. */
  public synchronized void hold() {
    numHolds++;
  }

  /** Ends a {@link #hold}. */
  public synchronized void release() {
    numHolds--;
    idleSinceNs = System.nanoTime();
  }

  /** Whether no request has been answered for a time. */
  synchronized boolean isIdleFor(Duration time) {
    return numHolds == 0 && System.nanoTime() - idleSinceNs > time.toNanos();
  }

  /** Sets the action that ends the connection: at once if its argument is true. */
  synchronized void onEnd(Consumer<Boolean> newEnd) {
    end = newEnd;
  }

  /**
   * Ends the connection.
   *
   * @param atOnce whether an open response is cut off; otherwise the connection ends after it
   */
  void end(boolean atOnce) {
    Consumer<Boolean> action;
    synchronized (this) {
      action = end;
    }
    action.accept(atOnce);
  }

  /** Notes that the connection is closed, and runs the actions. */
  void closed() {
    List<Runnable> closing;
    synchronized (this) {
      isClosed = true;
      closing = List.copyOf(actions);
      actions.clear();
    }
    closing.forEach(Runnable::run);
  }
}
