package io.troupe.serving.endpoint;

import io.troupe.rollout.service.DecodingEvent;
import io.troupe.rollout.service.DecodingStream;
import io.troupe.serving.health.Progress;
import io.troupe.serving.metrics.RequestObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An admitted request. The events of its prompts arrive in the order in which they are decoded, and
 * wait in a buffer of limited size: a reader that stops reading stops the decoder for this request
 * and no other, and leaves its pages of the KV cache to requests that wait for them.
 *
 * <p>Thread-safe, for one reader: {@link #next} may be called again when its last result is
 * complete. A reader that leaves before the last event closes the generation.
 */
public final class Generation implements AutoCloseable {
  private final List<DecodingStream> streams;
  private final AdmissionGate.Place place;
  private final Progress progress;
  private final RequestObserver observer;
  private final AnswerCheck check;
  private final int capacity;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private ScheduledFuture<?> deadline;
  private boolean hasStarted; // on the decoder's thread

  // Guarded by this.
  private final ArrayDeque<GenerationEvent> events = new ArrayDeque<>();
  private final List<Integer> paused = new ArrayList<>(); // prompts that wait for room
  private CompletableFuture<Optional<GenerationEvent>> waiting;
  private RuntimeException failure;
  private int numOpen; // prompts whose last event has not arrived
  private boolean isCanceled;

  Generation(
      List<DecodingStream> streams,
      AdmissionGate.Place place,
      Progress progress,
      RequestObserver observer,
      AnswerCheck check,
      int capacity) {
    this.streams = List.copyOf(streams);
    this.place = place;
    this.progress = progress;
    this.observer = observer;
    this.check = check;
    this.capacity = capacity;
    this.numOpen = streams.size();
  }

  /** Starts decoding. */
  void start(ScheduledExecutorService timer, Duration timeout) {
    synchronized (this) {
      deadline = timer.schedule(() -> expire(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
    for (int i = 0; i < streams.size(); i++) {
      if (capacity > 0) {
        ask(i);
      } else {
        pause(i);
      }
    }
  }

  private synchronized void pause(int prompt) {
    paused.add(prompt);
  }

  /**
   * Asks for the next event.
   *
   * @return completes with the event, or with empty after the last one; fails with {@link
   *     DeadlineException} or the error of the decoder. It may complete on the decoder's thread:
   *     dependent actions must not block
   * @throws IllegalStateException if the last result is not complete
   */
  public CompletionStage<Optional<GenerationEvent>> next() {
    CompletionStage<Optional<GenerationEvent>> result;
    List<Integer> resumed = List.of();
    synchronized (this) {
      if (waiting != null) {
        throw new IllegalStateException("the last event must arrive before the next is requested");
      }
      Optional<GenerationEvent> event = Optional.ofNullable(events.poll());
      if (event.isEmpty() && failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      if (event.isEmpty() && numOpen > 0) {
        waiting = new CompletableFuture<>();
      }
      result = waiting == null ? CompletableFuture.completedFuture(event) : waiting;
      boolean hasRoom = waiting != null || (capacity > 0 && events.size() <= capacity / 2);
      if (!paused.isEmpty() && hasRoom) {
        resumed = resumable();
        paused.removeAll(resumed);
      }
    }
    resumed.forEach(this::ask);
    return result;
  }

  /**
   * The prompts that go on: those that have kept their pages. If there are none, one goes on alone,
   * since its keys and values are computed again, and fills the buffer.
   */
  private List<Integer> resumable() {
    List<Integer> kept =
        paused.stream().filter(prompt -> !streams.get(prompt).hasLostPages()).toList();
    return kept.isEmpty() ? List.of(paused.getFirst()) : kept;
  }

  /**
   * The next event if it is there already; empty if it is not, or the generation has ended. Readers
   * that write several events at once use it after {@link #next}.
   */
  public Optional<GenerationEvent> poll() {
    synchronized (this) {
      if (waiting != null || events.isEmpty()) {
        return Optional.empty();
      }
    }
    return next().toCompletableFuture().join();
  }

  private void ask(int prompt) {
    progress.asked();
    streams.get(prompt).next().whenComplete((event, e) -> arrived(prompt, event, e));
  }

  private void arrived(int prompt, Optional<DecodingEvent> event, Throwable cause) {
    progress.arrived();
    if (cause != null) {
      fail(cause instanceof RuntimeException e ? e : new IllegalStateException(cause));
    } else if (event.isPresent()) {
      accept(GenerationEvent.of(prompt, event.get()));
    }
  }

  private void accept(GenerationEvent event) {
    Optional<String> violation = check.violation(event);
    if (violation.isPresent()) {
      fail(
          new IllegalStateException(
              "a complete answer must satisfy the constraint of its request: " + violation.get()));
    } else if (add(event)) {
      ask(event.promptIndex());
    }
  }

  /** Adds an event; returns whether the prompt goes on. */
  private boolean add(GenerationEvent event) {
    boolean goesOn = !(event instanceof GenerationEvent.Completed);
    boolean isLast = false;
    boolean isPaused;
    CompletableFuture<Optional<GenerationEvent>> reader;
    observe(event);
    synchronized (this) {
      if (isCanceled || failure != null) {
        return false;
      }
      if (!goesOn) {
        isLast = --numOpen == 0;
      }
      reader = waiting;
      waiting = null;
      if (reader == null) {
        events.add(event);
      }
      isPaused = goesOn && events.size() >= capacity;
      if (isPaused) {
        paused.add(event.promptIndex());
      }
    }
    if (isPaused) {
      streams.get(event.promptIndex()).pause();
    }
    if (isLast) {
      end();
      observer.onEnd();
    }
    if (reader != null) {
      reader.complete(Optional.of(event));
    }
    return goesOn && !isPaused;
  }

  private void observe(GenerationEvent event) {
    if (!hasStarted) {
      hasStarted = true;
      place.started(streams.get(event.promptIndex()).numCachedTokens());
    }
    switch (event) {
      case GenerationEvent.PromptScored _ -> {}
      case GenerationEvent.Token token ->
          observer.onToken(
              token.promptIndex(),
              token.token().sampleIndex(),
              streams.get(token.promptIndex()).admittedNanos());
      case GenerationEvent.Completed completed -> observer.onCompleted(completed.result());
    }
  }

  private void expire(Duration timeout) {
    fail(new DeadlineException(timeout));
  }

  /**
   * Ends the generation with an error after the events that it has, unless it has ended. Its
   * requests are canceled before its reader learns of the end.
   */
  private void fail(RuntimeException cause) {
    CompletableFuture<Optional<GenerationEvent>> reader;
    synchronized (this) {
      if (numOpen == 0 || failure != null || isCanceled) {
        return;
      }
      failure = cause;
      reader = waiting;
      waiting = null;
    }
    streams.forEach(stream -> stream.cancel("the failure of its request"));
    end();
    observer.onFailure();
    if (reader != null) {
      reader.completeExceptionally(cause);
    }
  }

  /**
   * Ends the request at once; its pages are free after the current forward pass. A reader that
   * waits gets the end of the generation. Nothing happens if it has ended.
   *
   * @param by who cancels it, such as {@code its client}
   */
  public void cancel(String by) {
    CompletableFuture<Optional<GenerationEvent>> reader;
    synchronized (this) {
      if (numOpen == 0 || failure != null || isCanceled) {
        return;
      }
      isCanceled = true;
      numOpen = 0;
      events.clear();
      reader = waiting;
      waiting = null;
    }
    streams.forEach(stream -> stream.cancel(by));
    end();
    observer.onCancel();
    if (reader != null) {
      reader.complete(Optional.empty());
    }
  }

  /**
   * Completes when no further event will be decoded: the reader has those that wait, and the end.
   * Dependent actions must not block.
   */
  public CompletionStage<Void> ended() {
    return ended;
  }

  private void end() {
    place.leave();
    synchronized (this) {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }
    ended.complete(null);
  }

  /** Cancels the request unless it has ended; closing twice is harmless. */
  @Override
  public void close() {
    cancel("its client");
  }
}
