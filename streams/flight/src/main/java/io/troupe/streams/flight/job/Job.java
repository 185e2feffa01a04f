package io.troupe.streams.flight.job;

import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.streams.flight.stream.Batching;
import io.troupe.streams.flight.stream.EventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request that is decoded without a reader. Its events are kept in memory, and any number of
 * readers get them from the first one on. Thread-safe.
 */
public final class Job {
  private final UUID id;
  private final String owner;
  private final Batching batching;
  private final long maxTokens;
  private final Generation generation;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  // Guarded by this.
  private final List<GenerationEvent> events = new ArrayList<>();
  private List<CompletableFuture<Void>> waiting = new ArrayList<>(); // readers at the end
  private long numTokens;

  /**
   * A job, which {@link #start} runs.
   *
   * @param owner name of the caller
   * @param batching when its readers get rows
   * @param maxTokens maximum number of tokens
   * @param generation closed with the job
   */
  Job(UUID id, String owner, Batching batching, long maxTokens, Generation generation) {
    this.id = id;
    this.owner = owner;
    this.batching = batching;
    this.maxTokens = maxTokens;
    this.generation = generation;
  }

  /** Collects events until one must be waited for, and then goes on when it comes. */
  void start() {
    CompletableFuture<Optional<GenerationEvent>> next;
    do {
      next = generation.next().toCompletableFuture();
      if (!next.isDone()) {
        next.whenComplete(this::goOn);
        return;
      }
    } while (next.isCompletedExceptionally() ? end(next.exceptionNow()) : add(next.resultNow()));
  }

  private void goOn(Optional<GenerationEvent> event, Throwable failure) {
    if (failure == null ? add(event) : end(failure)) {
      start();
    }
  }

  private boolean add(Optional<GenerationEvent> event) {
    if (event.isEmpty()) {
      ended.complete(null);
    } else {
      synchronized (this) {
        events.add(event.get());
        numTokens += event.get() instanceof GenerationEvent.Token ? 1 : 0;
      }
    }
    wakeReaders();
    return event.isPresent();
  }

  private boolean end(Throwable failure) {
    ended.completeExceptionally(failure);
    wakeReaders();
    return false;
  }

  private void wakeReaders() {
    List<CompletableFuture<Void>> readers;
    synchronized (this) {
      readers = waiting;
      waiting = new ArrayList<>();
    }
    readers.forEach(reader -> reader.complete(null));
  }

  /** Ends the job with an error, unless it has ended. */
  void cancel(RuntimeException cause) {
    end(cause);
    generation.close();
  }

  /** The events from the first one on, for one reader. */
  public EventSource reader() {
    return new Reader();
  }

  private final class Reader implements EventSource {
    private int position;

    @Override
    public CompletionStage<Optional<GenerationEvent>> next() {
      boolean hasEnded = ended.isDone(); // before the events: then none is missed
      CompletableFuture<Void> more;
      synchronized (Job.this) {
        if (position < events.size()) {
          return CompletableFuture.completedFuture(Optional.of(events.get(position++)));
        }
        if (hasEnded) {
          return ended.thenApply(_ -> Optional.empty());
        }
        more = new CompletableFuture<>();
        waiting.add(more);
      }
      if (ended.isDone()) { // meanwhile
        wakeReaders();
      }
      return more.thenCompose(_ -> next());
    }
  }

  /**
   * Waits for the end of the job.
   *
   * @return whether it has ended
   * @throws RuntimeException if it has failed
   */
  public boolean await(Duration timeout) throws InterruptedException {
    try {
      ended.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  /** The identity of the job. */
  public UUID id() {
    return id;
  }

  /** The name of the caller who has started it. */
  public String owner() {
    return owner;
  }

  /** When its readers get rows. */
  public Batching batching() {
    return batching;
  }

  /** The number of tokens that the job may keep in memory. */
  long maxTokens() {
    return maxTokens;
  }

  /** The fraction of the maximum number of tokens; 1 after the end. */
  public double progress() {
    if (ended.isDone()) {
      return 1;
    }
    synchronized (this) {
      return Math.min(1, numTokens / (double) maxTokens);
    }
  }

  /** Whether no more events come. */
  public boolean hasEnded() {
    return ended.isDone();
  }
}
