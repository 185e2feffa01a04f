package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.constraint.ConstraintCompiler;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.memory.MemoryUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decodes many groups at once: continuous batching over a paged KV cache (arXiv:2309.06180).
 *
 * <p>A step is one forward pass: each running sample gets one more token, and the prompts of new
 * groups are read in the same pass, once for all samples of a group. Samples join when a place in
 * the batch and the pages of their maximum length are free, so a running sample never waits for
 * memory. Groups that wait for pages get those of groups whose readers have paused ({@link
 * CompletionListener#keepsPages}); these compute their keys and values again. A sample is a
 * function of (run seed, group, sample, position) and the weights: it does not depend on the rest
 * of the batch. A group whose listener has no demand is left out of the pass.
 *
 * <p>Not thread-safe: one thread submits, steps and closes. After an exception from {@link #step}
 * the engine can only be closed. Closing discards unfinished groups without calling their
 * listeners.
 */
public final class DecodingEngine implements AutoCloseable {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final DecodingLimits limits;
  private final PagedKvCache cache;
  private final NewGroups newGroups;
  private final DecodingPass pass;
  private final TokenCounts counts = new TokenCounts();
  private final Admission admission;
  private final List<SequenceDecoding> running = new ArrayList<>();
  private final List<GroupDecoding> completed = new ArrayList<>();
  private final List<Cancellation> cancellations = new ArrayList<>();
  private long policyVersion;
  private boolean stepping;

  private record Cancellation(long requestId, String by) {}

  /**
   * An engine for a model, which must not be in training mode. The tokenizer may have more tokens
   * than the model has embeddings, as long as no prompt contains them.
   */
  public DecodingEngine(CausalLM model, Tokenizer tokenizer, DecodingLimits limits) {
    this(model, tokenizer, limits, new ConstraintCompiler(tokenizer, model.config().vocabSize()));
  }

  /**
   * An engine that shares compiled output constraints with others.
   *
   * @param constraints for the tokenizer and the number of the model's logits
   */
  public DecodingEngine(
      CausalLM model, Tokenizer tokenizer, DecodingLimits limits, ConstraintCompiler constraints) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.cache = new PagedKvCache(model.scope().engine(), model.config(), limits.maxCachedTokens());
    this.newGroups = new NewGroups(model, tokenizer, limits, constraints);
    this.pass = new DecodingPass(model, cache);
    this.admission =
        new Admission(
            cache,
            counts,
            limits,
            new NewSamples(tokenizer, model.config().vocabSize()),
            model.scope().engine().longLived("prompt states", MemoryUse.ACTIVATIONS));
  }

  /**
   * Puts a group at the end of the queue, with its group id as the request id.
   *
   * @see #submit(long, GroupSpec, GenerationConfig, CompletionListener)
   */
  public void submit(GroupSpec spec, GenerationConfig config, CompletionListener listener) {
    submit(spec.groupId(), spec, config, listener);
  }

  /**
   * Puts a group at the end of the queue.
   *
   * @param requestId identifies the group in this engine while it is decoded; group ids may repeat,
   *     since they select random numbers
   * @param config the sampling settings; {@code numReturnSequences} and {@code seed} are taken from
   *     the group instead
   * @throws IllegalArgumentException if the group does not fit, as in {@link
   *     RequestChecks#requireFits}, its output constraint cannot be compiled, or the request id is
   *     in use
   * @throws QueueFullException if the queue is full
   */
  public void submit(
      long requestId, GroupSpec spec, GenerationConfig config, CompletionListener listener) {
    if (!admission.hasRoom()) {
      throw new QueueFullException(
          "group "
              + spec.groupId()
              + " is refused: "
              + admission.numWaiting()
              + " groups wait already, as many as max-waiting-groups allows");
    }
    if (admission.contains(requestId)) {
      throw new IllegalArgumentException("group " + spec.groupId() + " is being decoded already");
    }
    admission.add(newGroups.of(requestId, spec, config, listener));
  }

  /**
   * Advances all groups with demand by one forward pass and calls their listeners.
   *
   * @return whether there was anything to compute
   * @throws IllegalStateException if the model is in training mode or a log-probability is NaN
   */
  public boolean step() {
    if (model.isTraining()) {
      throw new IllegalStateException("the model is in training mode: call eval() before decoding");
    }
    admission.readPauses(running);
    admission.admit(running);
    if (running.isEmpty() && admission.admitted().isEmpty()) {
      return false;
    }
    readDemand();
    boolean worked;
    stepping = true;
    try (Scope _ = model.scope().engine().open("decoding step");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      worked = runPass();
      reportPrompts();
      admission.keepPrompts(pass);
      acceptTokens();
    } finally {
      stepping = false;
    }
    removeFinished();
    while (!cancellations.isEmpty()) {
      Cancellation cancellation = cancellations.removeFirst();
      cancel(cancellation.requestId, cancellation.by);
    }
    reportCompleted();
    return worked || (admission.admitInsteadOfPaused(running) && step());
  }

  private boolean runPass() {
    try {
      return pass.run(running, admission.admitted(), limits.maxPrefillTokens());
    } catch (IllegalStateException e) { // such as logits that are not numbers
      throw new IllegalStateException(
          "decoding under policy version " + policyVersion + " failed: " + e.getMessage(), e);
    }
  }

  /** Reports the prompts that have been read, before their first tokens. */
  private void reportPrompts() {
    for (GroupDecoding group : admission.admitted()) {
      if (group.isActive && group.isPromptCached()) {
        group.reportPrompt();
        if (group.isCompleted()) {
          completed.add(group);
        }
      }
    }
  }

  /** Demand is read once per step: listeners may change it while the step runs. */
  private void readDemand() {
    for (GroupDecoding group : admission.admitted()) {
      group.readDemand();
    }
    GroupDecoding previous = null;
    for (SequenceDecoding sequence : running) {
      if (sequence.group != previous) { // samples of a group are neighbors
        previous = sequence.group;
        previous.readDemand();
      }
    }
  }

  private void acceptTokens() {
    counts.addCompletionTokens(pass.numSampled());
    for (int i = 0; i < pass.numSampled(); i++) {
      SequenceDecoding sequence = pass.sampled(i);
      int tokenId = pass.tokenId(i);
      float logProb = pass.logProb(i);
      GroupDecoding group = sequence.group;
      if (Float.isNaN(logProb)) {
        throw new IllegalStateException(
            "group "
                + group.spec.groupId()
                + ": the logits at position "
                + sequence.numTokens()
                + " are not numbers under policy version "
                + policyVersion);
      }
      String delta = sequence.append(tokenId, logProb, policyVersion);
      FinishReason reason = sequence.finishReason();
      Completion ended = null;
      if (reason != null) {
        delta += sequence.finishText();
        ended = finish(sequence, reason);
      }
      if (group.listener.wantsTokens()) {
        group.listener.onToken(
            new DecodedToken(
                group.spec.groupId(),
                sequence.sampleIndex,
                tokenId,
                logProb,
                delta,
                policyVersion,
                sequence.alternatives,
                Optional.ofNullable(ended)));
      }
    }
  }

  private Completion finish(SequenceDecoding sequence, FinishReason reason) {
    if (sequence.pages != null) { // not preempted
      sequence.releasePages();
    }
    Completion completion = sequence.complete(reason, tokenizer);
    sequence.group.completed(completion);
    if (sequence.group.isCompleted()) {
      completed.add(sequence.group);
    }
    return completion;
  }

  private void removeFinished() {
    running.removeIf(sequence -> sequence.group.hasCompleted(sequence.sampleIndex));
  }

  private void reportCompleted() {
    while (!completed.isEmpty()) {
      GroupDecoding group = completed.removeFirst();
      admission.ended(group);
      group.listener.onCompleted(group.result());
    }
  }

  /**
   * Ends the unfinished completions of a group: they keep the tokens that they have, and the
   * listener gets the group. Nothing happens if the group has ended already. A cancellation during
   * a step (from a listener) takes effect at the end of the step.
   *
   * @param by who cancelled it; shown in {@link FinishReason.Cancelled}
   */
  public void cancel(long requestId, String by) {
    if (stepping) {
      cancellations.add(new Cancellation(requestId, by));
      return;
    }
    GroupDecoding group = admission.remove(requestId);
    if (group == null || group.isCompleted()) {
      return;
    }
    FinishReason reason = new FinishReason.Cancelled(by);
    List<SequenceDecoding> unfinished = new ArrayList<>(group.suspended);
    group.suspended.clear();
    running.stream().filter(sequence -> sequence.group == group).forEach(unfinished::add);
    for (SequenceDecoding sequence : unfinished) {
      sequence.finishText();
      finish(sequence, reason);
    }
    removeFinished();
    for (; group.numJoined < group.spec.numGenerations(); group.numJoined++) {
      group.completed(
          new Completion(group.numJoined, new int[0], new float[0], new long[0], "", reason));
      if (group.isCompleted()) {
        completed.add(group);
      }
    }
    reportCompleted();
  }

  /** Ends the groups in the batch and the preempted ones; those in the queue stay. */
  public void cancelRunning(String by) {
    admission.startedIds().forEach(id -> cancel(id, by));
  }

  /**
   * Sets whether groups stay in the queue. Groups in the batch are decoded to their end, and so are
   * preempted ones.
   */
  public void hold(boolean hold) {
    admission.hold(hold);
  }

  /** Number of tokens that the last pass has decoded or read. */
  public int numPassRows() {
    return pass.numRows();
  }

  /** Number of samples in the batch. */
  public int numRunning() {
    return running.size();
  }

  /** Number of groups in the batch. */
  public int numRunningGroups() {
    return admission.numRunning();
  }

  /** Number of groups whose pages went to others and that have not returned to the batch. */
  public int numPreempted() {
    return admission.numPreempted();
  }

  /** How often a group has been preempted since the start. */
  public long numPreemptions() {
    return admission.numPreemptions();
  }

  /** Number of groups in the queue. */
  public int numWaiting() {
    return admission.numWaiting();
  }

  /** Whether {@link #submit} would find a place in the queue. */
  public boolean hasRoom() {
    return admission.hasRoom();
  }

  /** Number of pages of the KV cache that no sequence uses. */
  public int numFreePages() {
    return cache.numFreePages();
  }

  /** Number of pages of the KV cache. */
  public int numPages() {
    return cache.numPages();
  }

  /** Tokens that have been processed since the start. */
  public TokenCounts tokenCounts() {
    return counts;
  }

  /**
   * Sets the policy version of the model's weights, between two steps. Prompts cached under other
   * weights are not used any more. Running groups continue: their cached keys and values stay, and
   * later tokens carry the new version. Those of preempted groups are computed with the new
   * weights, and without prefix caching, a prompt that is partly read is read again.
   */
  public void weightsChanged(long newPolicyVersion) {
    policyVersion = newPolicyVersion;
    cache.weightsChanged();
    List<GroupDecoding> partial =
        admission.admitted().stream().filter(GroupDecoding::isPromptPartlyRead).toList();
    if (!partial.isEmpty()) {
      cache.beginRecomputation();
      partial.forEach(group -> group.promptPages.markStale());
    }
  }

  /**
   * Has the keys and values of all groups in the batch computed again with the current weights, in
   * place, before their next tokens. A pass computes at most {@code maxPrefillTokens} positions of
   * these and of new prompts together.
   */
  public void recompute() {
    cache.beginRecomputation();
    admission.markStale();
    for (SequenceDecoding sequence : running) {
      sequence.pages.markStale();
    }
  }

  /** Releases the cache; the model stays open. */
  @Override
  public void close() {
    cache.close();
    admission.close();
  }
}
