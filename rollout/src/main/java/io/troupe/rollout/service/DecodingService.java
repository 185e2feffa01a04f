package io.troupe.rollout.service;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.beam.BeamSearch;
import io.troupe.rollout.constraint.CompiledConstraint;
import io.troupe.rollout.constraint.ConstraintCompiler;
import io.troupe.rollout.constraint.validation.OutputValidator;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.QueueFullException;
import io.troupe.rollout.engine.RequestChecks;
import io.troupe.rollout.engine.StopTokens;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
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
 * forward pass includes only requests whose reader waits for an event. A request whose reader
 * pauses leaves its place to others, and its part of the KV cache too if the reader allows it
 * ({@link DecodingStream#pause}). Weights are replaced between two passes; {@link RunningRequests}
 * says what happens to the requests in the batch.
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
  private final ConstraintCompiler constraints;
  private final Executor executor;
  private final AtomicLong nextRequestId = new AtomicLong();
  private final AtomicInteger numOpen = new AtomicInteger();
  private final AtomicLong numPasses = new AtomicLong();
  private final AtomicBoolean isScheduled = new AtomicBoolean();
  private final AtomicReference<RuntimeException> refusal = new AtomicReference<>();
  private final Queue<WeightSwap> swaps = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final OpenRequests requests; // used on the executor alone
  private volatile DecodingStatistics statistics;

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
    this.constraints = new ConstraintCompiler(tokenizer, model.config().vocabSize());
    this.executor = executor;
    this.requests = new OpenRequests(model, tokenizer, limits, constraints);
    this.statistics = requests.statistics(0);
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
    OutputValidator validator = compiledValidator(request);
    if (numOpen.incrementAndGet() > limits.maxWaitingGroups()) {
      numOpen.decrementAndGet();
      throw new QueueFullException(
          "the number of open requests must be at most max-waiting-groups="
              + limits.maxWaitingGroups()
              + ", got one more; submit it again when one has ended");
    }
    return new DecodingStream(this, nextRequestId.getAndIncrement(), request, validator);
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

  /** Compiles the constraint of a request; the batch finds it compiled. */
  private OutputValidator compiledValidator(DecodingRequest request) {
    GenerationConfig config = request.config();
    if (config.constraint().equals(OutputConstraint.NONE)
        || request.events() == DecodingRequest.Events.PROMPT) {
      return OutputValidator.ANY_TEXT;
    }
    StopTokens stopTokens = StopTokens.of(config, model.config(), tokenizer);
    return constraints
        .compile(config.constraint(), stopTokens.tokenIds())
        .map(CompiledConstraint::validator)
        .orElse(OutputValidator.ANY_TEXT);
  }

  /**
   * Replaces the weights before the next pass. Running requests continue with their cached keys and
   * values.
   */
  public CompletionStage<Long> swapWeights(LongSupplier swap) {
    return swapWeights(swap, RunningRequests.KEEP_CACHE);
  }

  /**
   * Replaces the weights between two passes, after the replacements that were requested before.
   * Prompts that were cached under older weights are not used any more.
   *
   * @param swap writes the new weights into the model and returns their policy version, which later
   *     tokens carry. If it fails, the service fails: the weights may be half written
   * @param running what happens to the requests in the batch. {@code WAIT} has no deadline: it
   *     waits for readers that pause too
   * @return completes with the version. {@link CompletableFuture#cancel} withdraws a replacement
   *     that still waits and returns false for one that has begun
   */
  public CompletionStage<Long> swapWeights(LongSupplier swap, RunningRequests running) {
    WeightSwap swapped = new WeightSwap(swap, running);
    RuntimeException cause = refusal.get();
    if (cause != null) {
      swapped.completeExceptionally(cause);
      return swapped;
    }
    swaps.add(swapped);
    swapped.whenComplete((version, e) -> schedule(() -> {})); // the requests that wait for it
    executeOrElse(
        () -> {
          runSwaps();
          deliver();
        },
        () -> swapped.completeExceptionally(refusal.get()));
    return swapped;
  }

  private void runSwaps() {
    for (WeightSwap next = swaps.peek(); next != null; next = swaps.peek()) {
      if (!next.isDone() && refusal.get() == null && !isReadyFor(next.running())) {
        return;
      }
      swaps.remove();
      requests.hold(false);
      if (next.begin()) {
        swap(next);
      }
    }
  }

  /** Whether weights can be replaced now. */
  private boolean isReadyFor(RunningRequests running) {
    switch (running) {
      case KEEP_CACHE, RECOMPUTE -> {}
      case WAIT -> requests.hold(true);
      case ABORT -> requests.cancelRunning("a weight update");
    }
    return running != RunningRequests.WAIT || !requests.hasStarted();
  }

  private void swap(WeightSwap swap) {
    if (refusal.get() != null) {
      swap.completeExceptionally(refusal.get());
      return;
    }
    long version;
    try {
      version = swap.write();
    } catch (RuntimeException | Error e) { // the weights may be half written
      failAll(e);
      swap.completeExceptionally(e);
      return;
    }
    requests.weightsChanged(version, swap.running());
    swap.complete(version);
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
    runSwaps(); // they fail
    requests.fail(refusal.get());
    try {
      requests.close();
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

  /** Number of forward passes so far, in which every request with demand was advanced. */
  public long numPasses() {
    return numPasses.get();
  }

  /** How long passes take. */
  public PassTimes passTimes() {
    return requests.passTimes();
  }

  /** The load at the end of the last pass. */
  public DecodingStatistics statistics() {
    return statistics.withNumOpen(numOpen());
  }

  void onDemand(DecodingStream stream) {
    if (refusal.get() != null) {
      stream.fail(refusal.get());
    } else if (stream.isStarted()) { // the next pass includes it
      schedule(() -> stream.fail(refusal.get()));
    } else {
      executeOrElse(() -> start(stream), () -> stream.fail(refusal.get()));
    }
  }

  /** Requests may have waited for the pages of this one. */
  void onPause(DecodingStream stream) {
    if (stream.isStarted()) {
      schedule(() -> {});
    }
  }

  void onCancel(DecodingStream stream, String by) {
    executeOrElse(() -> cancel(stream, by), () -> stream.fail(refusal.get()));
  }

  /** Notes that a stream has events, which it delivers after the pass. */
  void onReady(DecodingStream stream) {
    requests.addReady(stream);
  }

  void onEnded(DecodingStream stream) {
    requests.remove(stream);
    numOpen.decrementAndGet();
  }

  void onFailed() {
    numOpen.decrementAndGet();
  }

  private void start(DecodingStream stream) {
    if (refusal.get() != null) {
      stream.fail(refusal.get());
      return;
    }
    requests.start(stream);
    schedule(() -> {});
  }

  private void cancel(DecodingStream stream, String by) {
    if (refusal.get() == null) {
      requests.cancel(stream, by);
      schedule(() -> {}); // others may have waited for its pages
      deliver();
    }
  }

  /** Has the executor make a pass, unless one is scheduled. */
  private void schedule(Runnable onRejected) {
    if (!isScheduled.get() && isScheduled.compareAndSet(false, true)) {
      executeOrElse(this::advance, onRejected);
    }
  }

  private void advance() {
    isScheduled.set(false);
    runSwaps(); // those that were requested after this pass was scheduled
    if (refusal.get() != null) {
      return;
    }
    if (requests.step()) {
      numPasses.incrementAndGet();
      schedule(() -> {});
    }
    deliver();
    Thread.yield(); // to those that send the events, before the next pass takes all cores
  }

  /** Gives readers their events; the statistics include them. */
  private void deliver() {
    statistics = requests.statistics(numPasses());
    requests.deliver();
  }

  private void failAll(Throwable e) {
    RuntimeException cause =
        e instanceof RuntimeException runtime ? runtime : new DecodingStoppedException(e);
    refusal.compareAndSet(null, cause);
    requests.deliver();
    requests.fail(cause);
    runSwaps(); // they fail
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
