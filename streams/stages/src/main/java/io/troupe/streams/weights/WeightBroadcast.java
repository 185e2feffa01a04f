package io.troupe.streams.weights;

import io.troupe.nn.lm.CausalLM;
import io.troupe.streams.driver.AeronConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.agrona.concurrent.IdleStrategy;

/**
 * Sends the newest version of the weights of a model on request, on its own thread. The weights are
 * read in place: before they change, {@link #beginUpdate} waits for transfers in progress, and
 * transfers requested since then begin when {@link #publish} declares the next version.
 *
 * <p>Thread-safe. The caller must close a broadcast before its link and its engine; repeated calls
 * have no effect.
 */
public final class WeightBroadcast implements AutoCloseable {
  private static final long NONE = -1;

  private final IntFunction<FrameSink> sinks;
  private final WeightSet weights;
  private final Duration deadline;
  private final Thread thread;
  private final Map<Integer, FrameSink> open = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Sending> requested = new ArrayList<>(); // guarded by lock, as are the others
  private final List<Integer> forgotten = new ArrayList<>();
  private int numActive;
  private long policyVersion = NONE;
  private boolean isUpdating;
  private boolean closed;

  /** A transfer, its end and its latest time. */
  private static final class Sending {
    final int streamId;
    final String receiver;
    final long deadlineNs;
    final CompletableFuture<Long> sent = new CompletableFuture<>();
    WeightTransfer transfer;
    long policyVersion;

    Sending(int streamId, String receiver, Duration deadline) {
      this.streamId = streamId;
      this.receiver = receiver;
      this.deadlineNs = System.nanoTime() + deadline.toNanos();
    }
  }

  /**
   * Starts the thread that sends.
   *
   * @param link transport
   * @param model the policy, which must outlive the broadcast
   * @param deadline for sending one version to one receiver
   */
  public static WeightBroadcast over(WeightLink link, CausalLM model, Duration deadline) {
    return new WeightBroadcast(link::sink, WeightSet.of(model), deadline);
  }

  WeightBroadcast(IntFunction<FrameSink> sinks, WeightSet weights, Duration deadline) {
    this.sinks = sinks;
    this.weights = weights;
    this.deadline = deadline;
    this.thread = Thread.ofPlatform().daemon().name("troupe-weights").start(this::run);
  }

  /**
   * Declares that the weights will change: no transfer begins until {@link #publish}. Waits for
   * transfers in progress, which end by their deadline. Repeated calls have no effect.
   *
   * @throws WeightTransportException if they do not, or the broadcast is closed
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void beginUpdate() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      isUpdating = true;
      long left = 2 * deadline.toNanos();
      while (numActive > 0 && !closed) {
        if (left <= 0) {
          throw new WeightTransportException(
              "the weights must not change before policy version %d is sent, got no end of its"
                      .formatted(policyVersion)
                  + " transfers");
        }
        left = changed.awaitNanos(left);
      }
      requireOpen();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Declares the weights as the newest version.
   *
   * @throws WeightTransportException if the broadcast is closed
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void publish(long newPolicyVersion) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen();
      isUpdating = false;
      policyVersion = newPolicyVersion;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends the newest version, as soon as there is one.
   *
   * @param streamId the receiver's stream
   * @param receiver name of the receiver for messages
   * @return the version, when every frame has been accepted; or {@link WeightTransportException}
   */
  public CompletionStage<Long> send(int streamId, String receiver) {
    Sending sending = new Sending(streamId, receiver, deadline);
    lock.lock();
    try {
      requireOpen();
      requested.add(sending);
      changed.signalAll();
    } catch (WeightTransportException e) {
      sending.sent.completeExceptionally(e);
    } finally {
      lock.unlock();
    }
    return sending.sent;
  }

  /** Closes a stream whose receiver has stopped; its transfer ends. */
  public void forget(int streamId) {
    lock.lock();
    try {
      forgotten.add(streamId);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new WeightTransportException("the broadcast of weights is closed");
    }
  }

  private void run() {
    IdleStrategy idle = AeronConnection.idle();
    List<Sending> active = new ArrayList<>();
    try {
      while (takeRequests(active)) {
        boolean moved = false;
        for (Sending sending : active) {
          moved |= advance(sending);
        }
        idle.idle(moved ? 1 : 0);
        removeEnded(active);
      }
    } finally {
      active.addAll(takeUnanswered());
      active.forEach(sending -> fail(sending, "the broadcast of weights was closed"));
      open.values().forEach(FrameSink::close);
    }
  }

  private List<Sending> takeUnanswered() {
    lock.lock();
    try {
      closed = true;
      List<Sending> unanswered = List.copyOf(requested);
      requested.clear();
      return unanswered;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for work; returns false after the broadcast is closed. */
  private boolean takeRequests(List<Sending> active) {
    lock.lock();
    try {
      while (!closed && active.isEmpty() && forgotten.isEmpty() && !hasRequests()) {
        changed.awaitUninterruptibly();
      }
      for (int streamId : forgotten) {
        end(active, streamId, "it has gone");
        FrameSink sink = open.remove(streamId);
        if (sink != null) {
          sink.close();
        }
      }
      forgotten.clear();
      if (hasRequests()) {
        requested.forEach(sending -> begin(sending, active));
        requested.clear();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void begin(Sending sending, List<Sending> active) {
    end(active, sending.streamId, "it asked again");
    sending.policyVersion = policyVersion;
    active.add(sending);
    numActive++;
  }

  private void end(List<Sending> active, int streamId, String why) {
    for (Sending sending : active) {
      if (sending.streamId == streamId && !sending.sent.isDone()) {
        fail(sending, why);
      }
    }
  }

  private boolean hasRequests() {
    return policyVersion != NONE && !isUpdating && !requested.isEmpty();
  }

  private boolean advance(Sending sending) {
    if (sending.sent.isDone()) {
      return false;
    }
    try {
      if (sending.transfer == null) {
        FrameSink sink = open.computeIfAbsent(sending.streamId, sinks::apply);
        sending.transfer =
            new WeightTransfer(sending.receiver, sink, weights, sending.policyVersion);
      }
      boolean moved = sending.transfer.advance();
      if (sending.transfer.isDone()) {
        sending.sent.complete(sending.policyVersion);
      } else if (System.nanoTime() - sending.deadlineNs > 0) {
        fail(
            sending,
            "not sent within " + deadline + " (deadlines.weights), " + sending.transfer.waitsFor());
      }
      return moved;
    } catch (WeightTransportException e) {
      sending.sent.completeExceptionally(e);
    } catch (RuntimeException e) { // of Aeron: the receiver's owner decides what becomes of it
      fail(sending, e.getMessage(), e);
    }
    return false;
  }

  private void fail(Sending sending, String reason) {
    fail(sending, reason, null);
  }

  private void fail(Sending sending, String reason, Throwable cause) {
    sending.sent.completeExceptionally(
        new WeightTransportException(
            "policy version %d did not reach %s: %s"
                .formatted(sending.policyVersion, sending.receiver, reason),
            cause));
  }

  private void removeEnded(List<Sending> active) {
    Iterator<Sending> all = active.iterator();
    int ended = 0;
    while (all.hasNext()) {
      if (all.next().sent.isDone()) {
        all.remove();
        ended++;
      }
    }
    if (ended > 0) {
      lock.lock();
      try {
        numActive -= ended;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void close() {
    if (!close(deadline)) {
      throw new WeightTransportException(
          "the thread that sends weights has not ended within " + deadline);
    }
  }

  /**
   * Ends the thread that sends, and waits for it.
   *
   * @return whether it has ended; if not, the memory of the weights must not be freed
   */
  public boolean close(Duration limit) {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    long endNs = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    while (thread.isAlive() && endNs - System.nanoTime() > 0) {
      try {
        thread.join(Duration.ofNanos(endNs - System.nanoTime()));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
