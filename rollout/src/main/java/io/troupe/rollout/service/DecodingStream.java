package io.troupe.rollout.service;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.constraint.validation.OutputValidator;
import io.troupe.rollout.engine.CompletionListener;
import io.troupe.rollout.engine.DecodedToken;
import io.troupe.rollout.engine.PromptLogProbs;
import io.troupe.rollout.service.DecodingEvent.PromptScored;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The events of one request, which are decoded on demand. A forward pass includes the request only
 * while {@link #next} waits for an event, so a reader that stops asking stops the decoder for this
 * request and no other. The stream holds at most the events of one pass.
 *
 * <p>Thread-safe, for one reader: {@link #next} may be called again when its last result is
 * complete. A reader that leaves before the last event closes the stream.
 */
public final class DecodingStream implements AutoCloseable {
  private final DecodingService service;
  private final long requestId;
  private final DecodingRequest request;
  private final OutputValidator validator;
  private final CompletionListener listener = new Listener();

  // Guarded by this.
  private final ArrayDeque<DecodingEvent> events = new ArrayDeque<>();
  private CompletableFuture<Optional<DecodingEvent>> waiting;
  private RuntimeException failure;
  private boolean hasEnded;

  private volatile boolean hasDemand;
  private volatile boolean isPaused; // until the next call of next()
  private volatile boolean hasLostPages;
  private volatile boolean isStarted; // changes on the executor of the service
  private boolean isReady; // on the executor of the service
  private int numCachedTokens;
  private volatile long admittedNanos;

  DecodingStream(
      DecodingService service, long requestId, DecodingRequest request, OutputValidator validator) {
    this.service = service;
    this.requestId = requestId;
    this.request = request;
    this.validator = validator;
  }

  /**
   * Asks for the next event.
   *
   * @return completes with the event, or with empty after the last one; fails if decoding fails or
   *     the service stops. It completes on the decoder's thread: dependent actions must not block
   * @throws IllegalStateException if the last result is not complete
   */
  public CompletionStage<Optional<DecodingEvent>> next() {
    CompletableFuture<Optional<DecodingEvent>> result;
    synchronized (this) {
      if (waiting != null) {
        throw new IllegalStateException("the last event must arrive before the next is requested");
      }
      isPaused = false;
      if (!events.isEmpty()) {
        return CompletableFuture.completedFuture(Optional.of(events.remove()));
      }
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      if (hasEnded) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      result = new CompletableFuture<>();
      waiting = result;
      hasDemand = true;
    }
    service.onDemand(this);
    return result;
  }

  /**
   * Notes that the reader does not ask for the next event before it has used those that it has. If
   * other requests wait for pages of the KV cache, they get those of this request. Its keys and
   * values are then computed again before its next token, which is the same to the bit. Without
   * this call a request keeps its pages however late its reader asks. Nothing happens while {@link
   * #next} waits.
   */
  public void pause() {
    synchronized (this) {
      if (waiting != null) {
        return;
      }
      isPaused = true;
    }
    service.onPause(this);
  }

  /**
   * Waits for the next event.
   *
   * @return empty after the last event
   * @see DecodingService#await
   */
  public Optional<DecodingEvent> await(Duration timeout) throws InterruptedException {
    return service.await(next(), timeout);
  }

  /**
   * Ends the request. Its completions keep the tokens that they have; the stream goes on with the
   * events that are left, and a {@link RequestCompleted} with {@link
   * io.troupe.protocols.sample.FinishReason.Cancelled}. Nothing happens if it has ended.
   *
   * @param by who cancels it
   */
  public void cancel(String by) {
    if (!hasEnded()) {
      service.onCancel(this, by);
    }
  }

  /** Cancels the request unless it has ended; closing twice is harmless. */
  @Override
  public void close() {
    cancel("its reader");
  }

  /**
   * Whether pages of this request went to others after its last event: the next event costs the
   * decoder a pass over all its tokens.
   */
  public boolean hasLostPages() {
    return hasLostPages;
  }

  /** {@link System#nanoTime} when the request joined the batch; 0 before. */
  public long admittedNanos() {
    return admittedNanos;
  }

  /** Tokens of the prompt that were cached when the request joined the batch. */
  public int numCachedTokens() {
    return admittedNanos == 0 ? 0 : numCachedTokens;
  }

  /** Checks complete texts of the request against its constraint, without the automaton. */
  public OutputValidator validator() {
    return validator;
  }

  long requestId() {
    return requestId;
  }

  DecodingRequest request() {
    return request;
  }

  CompletionListener listener() {
    return listener;
  }

  /** Marks the request as started; false if it was already. */
  boolean start() {
    boolean starts = !isStarted;
    isStarted = true;
    return starts;
  }

  /** Whether the service knows that the stream has been asked for an event. */
  boolean isStarted() {
    return isStarted;
  }

  synchronized boolean hasEnded() {
    return hasEnded || failure != null;
  }

  /** Adds an event; the reader gets it when {@link #deliver} is called after the pass. */
  private void add(DecodingEvent event, boolean isLast) {
    hasLostPages = false;
    synchronized (this) {
      events.add(event);
      hasEnded |= isLast;
    }
    if (!isReady) {
      isReady = true;
      service.onReady(this);
    }
    if (isLast) {
      service.onEnded(this);
    }
  }

  void complete(SampledGroup group, List<Float> beamScores) {
    add(new RequestCompleted(group, beamScores, numCachedTokens), true);
  }

  /** Ends the request without tokens. */
  void completeCancelled(String by) {
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < request.group().numGenerations(); i++) {
      completions.add(
          new Completion(
              i, new int[0], new float[0], new long[0], "", new FinishReason.Cancelled(by)));
    }
    complete(new SampledGroup(request.group(), completions), List.of());
  }

  /** Ends the stream with a failure after the events that it has, unless it has ended already. */
  void fail(RuntimeException cause) {
    CompletableFuture<Optional<DecodingEvent>> reader;
    synchronized (this) {
      if (hasEnded || failure != null) {
        return;
      }
      failure = cause;
      reader = waiting;
      waiting = null;
      hasDemand = false;
    }
    service.onFailed();
    if (reader != null) {
      reader.completeExceptionally(cause);
    }
  }

  /** Gives the reader an event, if it waits for one. */
  void deliver() {
    isReady = false;
    CompletableFuture<Optional<DecodingEvent>> reader;
    DecodingEvent event;
    synchronized (this) {
      if (waiting == null || events.isEmpty()) {
        return;
      }
      reader = waiting;
      event = events.remove();
      waiting = null;
      hasDemand = false;
    }
    reader.complete(Optional.of(event));
  }

  private final class Listener implements CompletionListener {
    @Override
    public boolean hasDemand() {
      return hasDemand;
    }

    @Override
    public boolean keepsPages() {
      return !isPaused;
    }

    @Override
    public void onPreempted() {
      hasLostPages = true;
    }

    @Override
    public void onAdmitted(int cachedTokens) {
      numCachedTokens = cachedTokens;
      admittedNanos = System.nanoTime();
    }

    @Override
    public boolean wantsTokens() {
      return request.events() == DecodingRequest.Events.TOKENS;
    }

    @Override
    public boolean wantsCompletions() {
      return request.events() != DecodingRequest.Events.PROMPT;
    }

    @Override
    public int numAlternatives() {
      return request.logProbs().completion().orElse(0);
    }

    @Override
    public OptionalInt numPromptAlternatives() {
      return request.logProbs().prompt();
    }

    @Override
    public void onPrompt(PromptLogProbs logProbs) {
      add(new PromptScored(logProbs.logProbs(), logProbs.alternatives()), false);
    }

    @Override
    public SpecialTokenText specialTokens() {
      return request.specialTokens();
    }

    @Override
    public void onToken(DecodedToken token) {
      add(
          new TokenDecoded(
              token.sampleIndex(),
              token.tokenId(),
              token.logProb(),
              token.textDelta(),
              token.policyVersion(),
              token.alternatives(),
              token.ended()),
          false);
    }

    @Override
    public void onCompleted(SampledGroup group) {
      complete(group, List.of());
    }
  }
}
