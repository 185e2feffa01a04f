package io.troupe.rollout.service;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.beam.BeamSearch;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.QueueFullException;
import io.troupe.rollout.engine.RequestChecks;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Decodes the requests of many readers with one model.
 *
 * <p>Requests that sample share one continuous batch, whatever their settings. Beam searches run
 * one at a time: after each pass of the batch the current search makes one pass of its own. A
 * forward pass includes only requests whose reader waits for an event, and a request whose reader
 * pauses keeps its place in the batch and its part of the KV cache. Weights are replaced between
 * two passes, and running requests continue with the new ones.
 *
 * <p>All methods are thread-safe and return at once. The work is done by the executor, which must
 * run tasks one at a time, in order, and not inside {@link Executor#execute}; the KV cache is
 * allocated, used and released there. After a failed pass of the batch every open request fails
 * with its cause, and new requests are refused. The owner stops the service and keeps the model
 * open until {@link #stop} has completed.
 */
public final class DecodingService {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final DecodingLimits limits;
  private final Executor executor;
  private final AtomicLong nextRequestId = new AtomicLong();
  private final AtomicInteger numOpen = new AtomicInteger();
  private final AtomicLong numPasses = new AtomicLong();
  private final AtomicBoolean isScheduled = new AtomicBoolean();
  private final AtomicReference<RuntimeException> refusal = new AtomicReference<>();
  private final Queue<Runnable> swaps = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  // Used on the executor alone.
  private final Set<DecodingStream> open = new LinkedHashSet<>();
  private final List<DecodingStream> ready = new ArrayList<>();
  private final BeamRequests beams;
  private DecodingEngine engine; // allocates its cache with the first request that samples
  private long policyVersion;

  /**
   * A service, which owns neither the model nor the tokenizer.
   *
   * @param model must not be in training mode
   * @param limits of the batch; {@code maxWaitingGroups} is the maximum number of open requests,
   *     and a beam search may use {@code maxCachedTokens} of its own
   * @param executor runs the work
   */
  public DecodingService(
      CausalLM model, Tokenizer tokenizer, DecodingLimits limits, Executor executor) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.executor = executor;
    this.beams = new BeamRequests(model, tokenizer);
  }

  /**
   * Adds a request. Decoding begins when its stream is first asked for an event.
   *
   * @throws IllegalArgumentException if the model or the limits do not allow the request
   * @throws QueueFullException if as many requests are open as the limits allow
   * @throws DecodingStoppedException if the service has failed or stopped
   */
  public DecodingStream submit(DecodingRequest request) {
    RuntimeException cause = refusal.get();
    if (cause != null) {
      throw new DecodingStoppedException(cause);
    }
    requireFits(request);
    if (numOpen.incrementAndGet() > limits.maxWaitingGroups()) {
      numOpen.decrementAndGet();
      throw new QueueFullException(
          "the number of open requests must be at most max-waiting-groups="
              + limits.maxWaitingGroups()
              + ", got one more; submit it again when one has ended");
    }
    return new DecodingStream(this, nextRequestId.getAndIncrement(), request);
  }

  private void requireFits(DecodingRequest request) {
    GroupSpec group = request.group();
    switch (request.strategy()) {
      case DecodingStrategy.Greedy _, DecodingStrategy.Sampled _ -> {
        if (request.events() == DecodingRequest.Events.PROMPT) {
          RequestChecks.requirePromptFits(model.config(), limits, group.prompt());
        } else {
          RequestChecks.requireFits(model.config(), limits, group, request.config());
        }
      }
      case DecodingStrategy.Beam _ -> {
        request.requireBeamEvents();
        BeamSearch.requireFits(model.config(), limits, group.prompt(), request.config());
      }
    }
  }

  /**
   * Replaces the weights.
   *
   * @param running what happens to running requests; only KEEP_CACHE is possible
   * @see #swapWeights(LongSupplier)
   */
  public CompletionStage<Long> swapWeights(LongSupplier swap, RunningRequests running) {
    if (running != RunningRequests.KEEP_CACHE) {
      throw new IllegalArgumentException("running must be KEEP_CACHE, got " + running);
    }
    return swapWeights(swap);
  }

  /**
   * Replaces the weights before the next pass.
   *
   * @param swap writes the new weights into the model and returns their policy version, which later
   *     tokens carry
   * @return completes with the version
   */
  public CompletionStage<Long> swapWeights(LongSupplier swap) {
    RuntimeException cause = refusal.get();
    if (cause != null) {
      return CompletableFuture.failedFuture(cause);
    }
    CompletableFuture<Long> swapped = new CompletableFuture<>();
    swaps.add(() -> swap(swap, swapped));
    executeOrElse(this::runSwaps, () -> swapped.completeExceptionally(refusal.get()));
    return swapped;
  }

  private void runSwaps() {
    for (Runnable swap = swaps.poll(); swap != null; swap = swaps.poll()) {
      swap.run();
    }
  }

  private void swap(LongSupplier swap, CompletableFuture<Long> swapped) {
    if (refusal.get() != null) {
      swapped.completeExceptionally(refusal.get());
      return;
    }
    try {
      policyVersion = swap.getAsLong();
    } catch (RuntimeException | Error e) { // the weights may be half written
      failAll(e);
      swapped.completeExceptionally(e);
      return;
    }
    if (engine != null) {
      engine.weightsChanged(policyVersion);
    }
    swapped.complete(policyVersion);
  }

  /**
   * Ends all requests and releases the KV cache.
   *
   * @param cause the reason that readers get, such as {@code the evaluation has ended}
   * @return completes when nothing uses the model any more
   */
  public CompletionStage<Void> stop(String cause) {
    refusal.compareAndSet(null, new DecodingStoppedException(cause));
    executeOrElse(this::shutDown, () -> {});
    return stopped;
  }

  private void shutDown() {
    if (stopped.isDone()) {
      return;
    }
    failOpen(refusal.get());
    try (beams;
        DecodingEngine _ = engine) {
      open.clear();
    } catch (RuntimeException | Error e) {
      stopped.completeExceptionally(e);
      return;
    }
    stopped.complete(null);
  }

  /**
   * Waits for a result of this service.
   *
   * @param timeout maximum time without a forward pass
   * @throws IllegalStateException if decoding fails, the service stops, or no forward pass ends
   *     within the timeout
   * @throws InterruptedException if the calling thread is interrupted
   */
  public <T> T await(CompletionStage<T> result, Duration timeout) throws InterruptedException {
    while (true) {
      long passes = numPasses();
      try {
        return result.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new DecodingStoppedException(e.getCause());
      } catch (TimeoutException e) {
        if (numPasses() == passes) {
          throw new IllegalStateException(
              "a forward pass of the decoder must end within " + timeout + ", but none has", e);
        }
      }
    }
  }

  /** Number of requests that have been submitted and have not ended. */
  public int numOpen() {
    return numOpen.get();
  }

  /** Why every request is refused, if the decoder has failed or was stopped. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(refusal.get());
  }

  /** The state of the decoder. */
  public DecodingStatistics statistics() {
    return new DecodingStatistics(0, numOpen(), 0, 0, 0, 0, 0, 0, numPasses(), 0);
  }

  /** Number of forward passes so far, in which every request with demand was advanced. */
  public long numPasses() {
    return numPasses.get();
  }

  void onDemand(DecodingStream stream) {
    if (refusal.get() != null) {
      fail(stream, refusal.get());
      return;
    }
    executeOrElse(() -> start(stream), () -> fail(stream, refusal.get()));
  }

  void onCancel(DecodingStream stream, String by) {
    executeOrElse(() -> cancel(stream, by), () -> fail(stream, refusal.get()));
  }

  /** Notes that a stream has events, which it delivers after the pass. */
  void onReady(DecodingStream stream) {
    ready.add(stream);
  }

  void onEnded(DecodingStream stream) {
    open.remove(stream);
    numOpen.decrementAndGet();
  }

  private void start(DecodingStream stream) {
    if (refusal.get() != null) {
      fail(stream, refusal.get());
      return;
    }
    if (stream.start()) {
      open.add(stream);
      try {
        enqueue(stream);
      } catch (RuntimeException e) { // such as too little memory for the cache
        open.remove(stream);
        fail(stream, e);
      }
    }
    schedule();
  }

  private void enqueue(DecodingStream stream) {
    DecodingRequest request = stream.request();
    switch (request.strategy()) {
      case DecodingStrategy.Greedy _, DecodingStrategy.Sampled _ ->
          engine().submit(stream.requestId(), request.group(), request.config(), stream.listener());
      case DecodingStrategy.Beam _ -> beams.add(stream);
    }
  }

  private DecodingEngine engine() {
    if (engine == null) {
      engine = new DecodingEngine(model, tokenizer, limits);
      engine.weightsChanged(policyVersion);
    }
    return engine;
  }

  private void cancel(DecodingStream stream, String by) {
    if (stream.hasEnded() || refusal.get() != null) {
      return;
    }
    boolean isRunning = !stream.start();
    if (isRunning && !(stream.request().strategy() instanceof DecodingStrategy.Beam)) {
      engine.cancel(stream.requestId(), by);
    } else {
      beams.remove(stream);
      stream.complete(cancelled(stream.request().group(), by), List.of());
    }
    deliver();
  }

  private static SampledGroup cancelled(GroupSpec group, String by) {
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < group.numGenerations(); i++) {
      completions.add(
          new Completion(
              i, new int[0], new float[0], new long[0], "", new FinishReason.Cancelled(by)));
    }
    return new SampledGroup(group, completions);
  }

  /** Has the executor make a pass, unless one is scheduled. */
  private void schedule() {
    if (isScheduled.compareAndSet(false, true)) {
      executeOrElse(this::advance, () -> {});
    }
  }

  private void advance() {
    isScheduled.set(false);
    runSwaps(); // those that were requested after this pass was scheduled
    if (refusal.get() != null) {
      return;
    }
    boolean worked = engine != null && engine.step();
    worked |= stepBeams();
    if (worked) {
      numPasses.incrementAndGet();
      schedule();
    }
    deliver();
  }

  /** A failed search ends its request alone. */
  private boolean stepBeams() {
    try {
      return beams.step(policyVersion);
    } catch (RuntimeException e) {
      DecodingStream failed = beams.removeFirst();
      open.remove(failed);
      fail(failed, e);
      return true;
    }
  }

  private void deliver() {
    for (DecodingStream stream : ready) {
      stream.deliver();
    }
    ready.clear();
  }

  private void failAll(Throwable e) {
    RuntimeException cause =
        e instanceof RuntimeException runtime ? runtime : new DecodingStoppedException(e);
    refusal.compareAndSet(null, cause);
    deliver();
    failOpen(cause);
  }

  private void failOpen(RuntimeException cause) {
    for (DecodingStream stream : List.copyOf(open)) {
      fail(stream, cause);
    }
    open.clear();
  }

  private void fail(DecodingStream stream, RuntimeException cause) {
    if (stream.fail(cause)) {
      numOpen.decrementAndGet();
    }
  }

  /** Runs a task on the executor; an executor that has been shut down rejects it. */
  private void executeOrElse(Runnable task, Runnable onRejected) {
    try {
      executor.execute(() -> failOnError(task));
    } catch (RejectedExecutionException e) {
      refusal.compareAndSet(null, new DecodingStoppedException(e));
      onRejected.run();
    }
  }

  /** No reader waits in vain: a failed task fails every request. */
  private void failOnError(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failAll(e);
    }
  }
}
