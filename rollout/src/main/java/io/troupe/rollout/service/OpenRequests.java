package io.troupe.rollout.service;

import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.constraint.ConstraintCompiler;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.TokenCounts;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The requests that a service decodes: one batch, and one beam search at a time. Not thread-safe;
 * used on the executor of the service.
 */
final class OpenRequests implements AutoCloseable {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final DecodingLimits limits;
  private final ConstraintCompiler constraints;
  private final Set<DecodingStream> open = new LinkedHashSet<>();
  private final List<DecodingStream> ready = new ArrayList<>();
  private final BeamRequests beams;
  private final PassTimes passTimes = new PassTimes();
  private DecodingEngine engine; // allocates its cache with the first request that samples
  private long policyVersion;
  private boolean isHeld;

  OpenRequests(
      CausalLM model, Tokenizer tokenizer, DecodingLimits limits, ConstraintCompiler constraints) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.constraints = constraints;
    this.beams = new BeamRequests(model, tokenizer, limits);
  }

  /** Adds a request, unless it has been added already. */
  void start(DecodingStream stream) {
    if (!stream.start()) {
      return;
    }
    open.add(stream);
    try {
      enqueue(stream);
    } catch (RuntimeException e) { // such as too little memory for the cache
      open.remove(stream);
      stream.fail(e);
    }
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
      engine = new DecodingEngine(model, tokenizer, limits, constraints);
      engine.weightsChanged(policyVersion);
      engine.hold(isHeld);
    }
    return engine;
  }

  /** Ends a request, which keeps the tokens that it has. */
  void cancel(DecodingStream stream, String by) {
    if (stream.hasEnded()) {
      return;
    }
    boolean isRunning = !stream.start();
    if (isRunning && !(stream.request().strategy() instanceof DecodingStrategy.Beam)) {
      engine.cancel(stream.requestId(), by);
    } else {
      beams.remove(stream);
      stream.completeCancelled(by);
    }
  }

  /** Ends the requests that have joined the batch and the current beam search. */
  void cancelRunning(String by) {
    if (engine != null) {
      engine.cancelRunning(by);
    }
    if (beams.isSearching()) {
      beams.removeFirst().completeCancelled(by);
    }
  }

  /** Sets whether requests that are not running stay in the queue. */
  void hold(boolean hold) {
    isHeld = hold;
    if (engine != null) {
      engine.hold(hold);
    }
  }

  /** Requests in the batch, and the current beam search. */
  int numRunning() {
    return (engine == null ? 0 : engine.numRunningGroups()) + (beams.isSearching() ? 1 : 0);
  }

  /** Whether there are requests that have joined the batch and have not ended, or a beam search. */
  boolean hasStarted() {
    return numRunning() > 0 || (engine != null && engine.numPreempted() > 0);
  }

  /** Continues with other weights. */
  void weightsChanged(long newPolicyVersion, RunningRequests running) {
    policyVersion = newPolicyVersion;
    if (engine != null) {
      engine.weightsChanged(newPolicyVersion);
    }
    if (running == RunningRequests.RECOMPUTE) {
      if (engine != null) {
        engine.recompute();
      }
      beams.recompute();
    }
  }

  /**
   * Advances every request with demand; returns whether there was any.
   *
   * @throws RuntimeException if the pass of the batch fails
   */
  boolean step() {
    passTimes.begin(System.nanoTime());
    boolean worked = engine != null && engine.step();
    boolean searched = stepBeams();
    passTimes.end(worked ? engine.numPassRows() : 0, System.nanoTime());
    return searched || worked;
  }

  /** The measured times of passes; also for other threads. */
  PassTimes passTimes() {
    return passTimes;
  }

  /** A failed search ends its request alone. */
  private boolean stepBeams() {
    try {
      return beams.step(policyVersion, !isHeld);
    } catch (RuntimeException e) {
      DecodingStream failed = beams.removeFirst();
      open.remove(failed);
      failed.fail(e);
      return true;
    }
  }

  /** Notes that a stream has events for its reader. */
  void addReady(DecodingStream stream) {
    ready.add(stream);
  }

  /** Gives readers their events. */
  void deliver() {
    for (DecodingStream stream : ready) {
      stream.deliver();
    }
    ready.clear();
  }

  /** Forgets a request that has ended. */
  void remove(DecodingStream stream) {
    open.remove(stream);
  }

  /** Ends all requests with a failure. */
  void fail(RuntimeException cause) {
    for (DecodingStream stream : List.copyOf(open)) {
      stream.fail(cause);
    }
    open.clear();
  }

  DecodingStatistics statistics(long numPasses) {
    TokenCounts counts = engine == null ? new TokenCounts() : engine.tokenCounts();
    return new DecodingStatistics(
        numRunning(),
        0,
        engine == null ? 0 : engine.numPages() - engine.numFreePages(),
        PagedKvCache.pagesFor(limits.maxCachedTokens()),
        counts.prefixQueryTokens(),
        counts.prefixHitTokens(),
        counts.promptTokens(),
        counts.completionTokens(),
        engine == null ? 0 : engine.numPreemptions(),
        numPasses);
  }

  /** Releases the KV caches. */
  @Override
  public void close() {
    try (beams;
        DecodingEngine _ = engine) {
      open.clear();
    }
  }
}
