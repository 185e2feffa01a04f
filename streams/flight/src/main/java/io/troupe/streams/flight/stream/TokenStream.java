package io.troupe.streams.flight.stream;

import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.streams.flight.rows.TokenRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The producer of one call: it collects events from any thread, and writes them as record batches
 * on the thread of a {@link WriterLoop} when the client can take them.
 *
 * <p>A client that stops reading stops its own stream: the buffer of the call fills up to the
 * server's threshold, then the gate of the stream, then the decoder no longer decodes for it.
 */
public final class TokenStream {
  private static final long STALL_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** The end of a stream. */
  @FunctionalInterface
  public interface End {
    /**
     * All events have been written, the stream has failed, or its client has left. Runs on the
     * writer's thread, once.
     *
     * @param failure why the stream has failed
     */
    void ended(Optional<Throwable> failure);
  }

  private record Arrival(int request, GenerationEvent event) {}

  private final WriterLoop loop;
  private final Gate gate;
  private final Batching batching;
  private final ServerStreamListener listener;
  private final End end;
  private final long deadlineNs;
  private final Duration timeout;

  // Guarded by this.
  private List<Arrival> pending = new ArrayList<>();
  private boolean isDue; // a batch: its events wait for the client only
  private boolean isQueued; // write() will run soon
  private OptionalLong timerNs = OptionalLong.empty(); // when a timer makes a batch due
  private boolean isFirst = true;
  private boolean isComplete; // no more events
  private Throwable failure;

  // Used on the writer's thread alone.
  private List<Arrival> writing = new ArrayList<>();
  private TokenRows rows;
  private boolean isStalled;
  private boolean hasEnded;

  /**
   * A stream, which {@link #start} opens.
   *
   * @param gate limits the events that have been requested and not written
   * @param timeout maximum time from now to the last byte
   */
  public TokenStream(
      WriterLoop loop,
      Gate gate,
      Batching batching,
      ServerStreamListener listener,
      Duration timeout,
      End end) {
    this.loop = loop;
    this.gate = gate;
    this.batching = batching;
    this.listener = listener;
    this.end = end;
    this.timeout = timeout;
    this.deadlineNs = System.nanoTime() + timeout.toNanos();
  }

  /** Sends the schema, and then what is added. */
  public void start(Schema schema, BufferAllocator allocator) {
    listener.setOnReadyHandler(this::requestWrite);
    loop.execute(() -> open(schema, allocator));
  }

  private void open(Schema schema, BufferAllocator allocator) {
    if (hasEnded) {
      return;
    }
    try {
      rows = new TokenRows(schema, allocator);
      listener.start(rows.root());
    } catch (RuntimeException e) {
      end(Optional.of(e));
      return;
    }
    write();
  }

  /** Adds an event. */
  void add(int request, GenerationEvent event) {
    long nowNs = System.nanoTime();
    long delayNs;
    synchronized (this) {
      pending.add(new Arrival(request, event));
      if (isDue || isComplete) {
        return;
      }
      delayNs = gate.isShut() ? 0 : batching.delayNs(pending.size(), place(event), nowNs);
      isDue = delayNs == 0;
      if (delayNs == Batching.NOT_YET || (delayNs > 0 && !setTimer(nowNs + delayNs))) {
        return;
      }
    }
    if (delayNs == 0) {
      requestWrite();
    } else {
      startTimer(nowNs + delayNs, delayNs);
    }
  }

  /** Sends the events so far without waiting for more. */
  public void flush() {
    synchronized (this) {
      if (isDue || pending.isEmpty()) {
        return;
      }
      isDue = true;
    }
    requestWrite();
  }

  private Batching.Row place(GenerationEvent event) {
    if (isFirst) {
      return Batching.Row.FIRST;
    }
    boolean isEnd =
        switch (event) {
          case GenerationEvent.Token token -> token.token().ended().isPresent();
          case GenerationEvent.Completed _ -> true;
          case GenerationEvent.PromptScored _ -> false;
        };
    return isEnd ? Batching.Row.END : Batching.Row.INNER;
  }

  /** Notes the time of a timer, unless an earlier one is set; returns whether it does. */
  private boolean setTimer(long atNs) {
    if (timerNs.isPresent() && timerNs.getAsLong() - atNs <= 0) {
      return false;
    }
    timerNs = OptionalLong.of(atNs);
    return true;
  }

  private void startTimer(long atNs, long delayNs) {
    loop.schedule(() -> onTimer(atNs), delayNs);
  }

  /** No event follows: the stream ends when all have been written. */
  public void complete() {
    synchronized (this) {
      isComplete = true;
      isDue = true;
    }
    requestWrite();
  }

  /** Ends the stream with an error, after the events that the client can take at once. */
  public void fail(Throwable cause) {
    synchronized (this) {
      if (failure == null) {
        failure = cause;
      }
      isComplete = true;
      isDue = true;
    }
    requestWrite();
  }

  /** The client has left. */
  public void abandon() {
    loop.execute(() -> end(Optional.empty()));
  }

  private void requestWrite() {
    synchronized (this) {
      if (isQueued) {
        return;
      }
      isQueued = true;
    }
    loop.execute(this::write);
  }

  private void onTimer(long atNs) {
    synchronized (this) {
      if (timerNs.isEmpty() || timerNs.getAsLong() != atNs) {
        return; // its events have been sent, or will be by an earlier timer
      }
      isDue = true;
    }
    write();
  }

  private void write() {
    boolean canWrite = rows != null && listener.isReady();
    boolean isLast;
    Throwable cause;
    synchronized (this) {
      isQueued = false;
      if (canWrite && isDue) {
        List<Arrival> free = writing;
        writing = pending;
        pending = free;
        isFirst &= writing.isEmpty();
        isDue = isComplete;
        timerNs = OptionalLong.empty();
      }
      isLast = isComplete && pending.isEmpty();
      cause = failure;
    }
    if (hasEnded) {
      return;
    }
    if (listener.isCancelled()) {
      end(Optional.empty());
    } else if (cause != null || canWrite) {
      writeRows(isLast, cause);
    } else if (rows != null) {
      waitForReader();
    }
  }

  private void writeRows(boolean isLast, Throwable cause) {
    try {
      for (Arrival arrival : writing) {
        addRow(arrival);
        if (rows.size() >= Batching.MAX_ROWS) {
          send();
        }
      }
      if (rows != null && rows.size() > 0) {
        send();
      }
    } catch (RuntimeException e) { // such as Arrow's OutOfMemoryException
      end(Optional.of(cause == null ? e : cause));
      return;
    }
    int numWritten = writing.size();
    writing.clear();
    if (isLast || cause != null) {
      end(Optional.ofNullable(cause));
    } else {
      if (numWritten > 0) {
        awaitNext();
      }
      gate.leave(numWritten);
    }
  }

  /** More rows are likely: a timer that this thread sets wakes no other thread. */
  private void awaitNext() {
    long nowNs = System.nanoTime();
    long delayNs = batching.delayNs(1, Batching.Row.INNER, nowNs);
    synchronized (this) {
      if (delayNs <= 0 || !setTimer(nowNs + delayNs)) {
        return;
      }
    }
    startTimer(nowNs + delayNs, delayNs);
  }

  private void addRow(Arrival arrival) {
    switch (arrival.event()) {
      case GenerationEvent.Token token -> rows.add(arrival.request(), token.token());
      case GenerationEvent.Completed completed -> rows.add(arrival.request(), completed.result());
      case GenerationEvent.PromptScored _ -> {} // the pump does not add it
    }
  }

  private void send() {
    rows.finish();
    listener.putNext();
    rows.clear();
  }

  /** The client's side calls back when it can take more; a client that never does is cut off. */
  private void waitForReader() {
    if (!isStalled) {
      isStalled = true;
      loop.schedule(this::checkReader, STALL_CHECK_NS);
    }
  }

  private void checkReader() {
    isStalled = false;
    if (!hasEnded && !listener.isReady() && System.nanoTime() - deadlineNs > 0) {
      end(
          Optional.of(
              CallStatus.TIMED_OUT
                  .withDescription(
                      "a stream must be read within request-timeout=%s s, but the client has not"
                          .formatted(timeout.toMillis() / 1000.0))
                  .toRuntimeException()));
    } else {
      write();
    }
  }

  private void end(Optional<Throwable> cause) {
    if (hasEnded) {
      return;
    }
    hasEnded = true;
    if (rows != null) {
      rows.close();
    }
    end.ended(cause);
  }
}
