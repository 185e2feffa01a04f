package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.sampling.Sampler;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Decodes many groups at once: continuous batching over a paged KV cache (arXiv:2309.06180).
 *
 * <p>A step is one forward pass: each running sample gets one more token, and new prompts are read
 * in beside them, once for all samples of their group. Samples join when a place in the batch and
 * the pages of their whole length are free, in the order in which groups were submitted, so that
 * nothing that runs ever waits for memory. A sample is a function of (run seed, group, sample,
 * position) and the weights: not of what else is in the batch.
 *
 * <p>Single-threaded: its owner submits, steps and closes on one thread. After an exception from
 * {@link #step} the engine can only be closed. Closing drops what is unfinished without a word to
 * its listener.
 */
public final class DecodingEngine implements AutoCloseable {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final DecodingLimits limits;
  private final PagedKvCache cache;
  private final Scope kept;
  private final DecodingPass pass;
  private final ArrayDeque<GroupDecoding> waiting = new ArrayDeque<>();
  private final List<GroupDecoding> admitted = new ArrayList<>();
  private final List<SequenceDecoding> running = new ArrayList<>();
  private final List<GroupDecoding> completed = new ArrayList<>();
  private final List<Cancellation> cancellations = new ArrayList<>();
  private long policyVersion;
  private boolean stepping;

  private record Cancellation(long groupId, String by) {}

  /**
   * An engine for a model, which must not be in training mode.
   *
   * @throws IllegalArgumentException if the tokenizer has ids that the model has no embedding for
   */
  public DecodingEngine(CausalLM model, Tokenizer tokenizer, DecodingLimits limits) {
    if (tokenizer.vocabSize() > model.config().vocabSize()) {
      throw new IllegalArgumentException(
          "the tokenizer has "
              + tokenizer.vocabSize()
              + " tokens, but the model's vocab_size is "
              + model.config().vocabSize()
              + ": use the tokenizer that belongs to the model");
    }
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.cache = new PagedKvCache(model.scope().engine(), model.config(), limits.maxCachedTokens());
    this.kept = model.scope().engine().longLived("prompt states");
    this.pass = new DecodingPass(model, cache);
  }

  /**
   * Puts a group at the end of the queue.
   *
   * @param config how to sample; {@code numReturnSequences} and {@code seed} are not read, the
   *     group says both
   * @throws IllegalArgumentException if the prompt is longer than the model's context, has a token
   *     that the model does not know, or can never fit into the cache
   * @throws QueueFullException if as many groups wait as the limits allow
   */
  public void submit(GroupSpec spec, GenerationConfig config, CompletionListener listener) {
    if (waiting.size() >= limits.maxWaitingGroups()) {
      throw new QueueFullException(
          "group "
              + spec.groupId()
              + " is refused: "
              + waiting.size()
              + " groups wait already, as many as max-waiting-groups allows");
    }
    if (isKnown(spec.groupId())) {
      throw new IllegalArgumentException("group " + spec.groupId() + " is being decoded already");
    }
    if (config.numBeams() > 1) {
      throw new IllegalArgumentException(
          "num-beams=" + config.numBeams() + ": the engine samples; use BeamSearch for beams");
    }
    requireDecodable(model.config(), spec.prompt());
    GroupDecoding group = group(spec, config, listener);
    int pages =
        PagedKvCache.pagesFor(group.promptLength())
            + PagedKvCache.pagesToFork(group.capacity(), group.promptLength());
    if (pages > cache.numPages()) {
      throw new IllegalArgumentException(
          "group "
              + spec.groupId()
              + " needs "
              + pages
              + " pages of the KV cache for one sample, but there are "
              + cache.numPages()
              + ": raise max-cached-tokens or lower max-new-tokens");
    }
    waiting.add(group);
  }

  private GroupDecoding group(
      GroupSpec spec, GenerationConfig config, CompletionListener listener) {
    int room = model.config().maxPositionEmbeddings() - spec.prompt().tokenIds().length;
    Set<Integer> eos = config.eosTokenIds().orElse(model.config().eosTokenIds());
    return new GroupDecoding(
        spec,
        config,
        listener,
        Sampler.of(config),
        eos.stream().mapToInt(Integer::intValue).toArray(),
        Math.min(config.maxNewTokens(), room));
  }

  /**
   * Checks that a model can continue a prompt.
   *
   * @throws IllegalArgumentException if the prompt fills the model's context or has an unknown
   *     token
   */
  public static void requireDecodable(LMConfig config, Prompt prompt) {
    int length = prompt.tokenIds().length;
    if (length >= config.maxPositionEmbeddings()) {
      throw new IllegalArgumentException(
          "prompt "
              + prompt.id()
              + " has "
              + length
              + " tokens, but the model's context is "
              + config.maxPositionEmbeddings()
              + " and a completion needs room for one more: shorten the prompt");
    }
    for (int id : prompt.tokenIds()) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "prompt "
                + prompt.id()
                + " has token "
                + id
                + ", but the model's vocab_size is "
                + config.vocabSize());
      }
    }
  }

  private boolean isKnown(long groupId) {
    for (GroupDecoding group : waiting) {
      if (group.spec.groupId() == groupId) {
        return true;
      }
    }
    for (SequenceDecoding sequence : running) {
      if (sequence.group.spec.groupId() == groupId) {
        return true;
      }
    }
    for (GroupDecoding group : admitted) {
      if (group.spec.groupId() == groupId) {
        return true;
      }
    }
    return false;
  }

  /**
   * Advances everything by one forward pass and tells listeners.
   *
   * @return whether there was anything to do
   * @throws IllegalStateException if the model is in training mode or its logits are not numbers
   */
  public boolean step() {
    if (model.isTraining()) {
      throw new IllegalStateException("the model is in training mode: call eval() before decoding");
    }
    admit();
    if (running.isEmpty() && admitted.isEmpty()) {
      return false;
    }
    stepping = true;
    try (Scope _ = model.scope().engine().open("decoding step");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      pass.run(running, admitted, limits.maxPrefillTokens());
      keepPrompts();
      acceptTokens();
    } finally {
      stepping = false;
    }
    removeFinished();
    while (!cancellations.isEmpty()) {
      Cancellation cancellation = cancellations.removeFirst();
      cancel(cancellation.groupId, cancellation.by);
    }
    tellCompleted();
    return true;
  }

  /** Lets samples join, oldest group first, as long as there are places and pages for them. */
  private void admit() {
    if (!admitted.isEmpty() && !join(admitted.getLast())) {
      return;
    }
    while (!waiting.isEmpty() && running.size() < limits.maxBatchSequences()) {
      GroupDecoding group = waiting.peek();
      int wanted =
          PagedKvCache.pagesFor(group.promptLength())
              + PagedKvCache.pagesToFork(group.capacity(), group.promptLength());
      if (cache.numAvailablePages() < wanted) {
        return;
      }
      group.promptPages = cache.open(group.promptLength());
      admitted.add(waiting.remove());
      if (!join(group)) {
        return;
      }
    }
  }

  /** Lets samples of a group join; whether all of them have. */
  private boolean join(GroupDecoding group) {
    while (!group.hasAllJoined() && running.size() < limits.maxBatchSequences()) {
      var pages = cache.openFork(group.capacity(), group.promptLength());
      if (pages == null) {
        return false;
      }
      boolean followsText = group.listener.wantsTokens() || !group.config.stopStrings().isEmpty();
      TextStream text =
          followsText
              ? new TextStream(
                  tokenizer.incremental(group.spec.prompt().tokenIds()), group.config.stopStrings())
              : null;
      running.add(new SequenceDecoding(group, group.numJoined++, pages, text));
    }
    return group.hasAllJoined();
  }

  /** Groups whose samples have all started give up their prompt; others keep its last state. */
  private void keepPrompts() {
    Iterator<GroupDecoding> groups = admitted.iterator();
    while (groups.hasNext()) {
      GroupDecoding group = groups.next();
      if (!group.isPromptCached()) {
        continue;
      }
      if (group.hasAllJoined()) {
        releasePrompt(group);
        groups.remove();
      } else if (group.promptHidden == null) {
        group.promptHidden = kept.keep(pass.promptHidden(group));
      }
    }
  }

  private void releasePrompt(GroupDecoding group) {
    group.promptPages.close();
    if (group.promptHidden != null) {
      kept.release(group.promptHidden);
      group.promptHidden = null;
    }
  }

  private void acceptTokens() {
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
      if (reason != null) {
        delta += sequence.finishText();
        finish(sequence, reason);
      }
      if (group.listener.wantsTokens()) {
        group.listener.onToken(group.spec.groupId(), sequence.sampleIndex, tokenId, logProb, delta);
      }
    }
  }

  private void finish(SequenceDecoding sequence, FinishReason reason) {
    sequence.pages.close();
    sequence.group.completed(sequence.complete(reason, tokenizer));
    if (sequence.group.isCompleted()) {
      completed.add(sequence.group);
    }
  }

  private void removeFinished() {
    running.removeIf(sequence -> sequence.group.hasCompleted(sequence.sampleIndex));
  }

  private void tellCompleted() {
    while (!completed.isEmpty()) {
      GroupDecoding group = completed.removeFirst();
      group.listener.onCompleted(group.result());
    }
  }

  /**
   * Ends what is unfinished of a group: its completions keep the tokens that they have, and its
   * listener is told. A group that is not known has ended already: nothing happens. During a step
   * (from a listener) it takes effect when the step is done.
   *
   * @param by who no longer wants it; shown in {@link FinishReason.Cancelled}
   */
  public void cancel(long groupId, String by) {
    if (stepping) {
      cancellations.add(new Cancellation(groupId, by));
      return;
    }
    GroupDecoding group = remove(groupId);
    if (group == null) {
      return;
    }
    FinishReason reason = new FinishReason.Cancelled(by);
    for (SequenceDecoding sequence : running) {
      if (sequence.group == group) {
        sequence.finishText();
        finish(sequence, reason);
      }
    }
    removeFinished();
    for (; group.numJoined < group.spec.numGenerations(); group.numJoined++) {
      group.completed(
          new Completion(group.numJoined, new int[0], new float[0], new long[0], "", reason));
      if (group.isCompleted()) {
        completed.add(group);
      }
    }
    tellCompleted();
  }

  /** Takes a group out of the queue, or gives up its prompt; null if it has ended. */
  private GroupDecoding remove(long groupId) {
    for (GroupDecoding group : waiting) {
      if (group.spec.groupId() == groupId) {
        waiting.remove(group);
        return group;
      }
    }
    for (GroupDecoding group : admitted) {
      if (group.spec.groupId() == groupId) {
        admitted.remove(group);
        releasePrompt(group);
        return group;
      }
    }
    for (SequenceDecoding sequence : running) {
      if (sequence.group.spec.groupId() == groupId) {
        return sequence.group;
      }
    }
    return null;
  }

  /** Samples that are in the batch. */
  public int numRunning() {
    return running.size();
  }

  /** Groups that wait for their turn. */
  public int numWaiting() {
    return waiting.size();
  }

  /** Whether {@link #submit} would find a place in the queue. */
  public boolean hasRoom() {
    return waiting.size() < limits.maxWaitingGroups();
  }

  /** Pages of the KV cache that no sequence uses; all of them when nothing is being decoded. */
  public int numFreePages() {
    return cache.numFreePages();
  }

  /** Pages of the KV cache in all. */
  public int numPages() {
    return cache.numPages();
  }

  /**
   * Says, between steps, that the model's weights are now those of another policy version. What is
   * being decoded goes on: keys and values that are cached stay, later tokens carry the new
   * version.
   */
  public void weightsChanged(long newPolicyVersion) {
    policyVersion = newPolicyVersion;
  }

  /** Gives the cache back; the model stays open. */
  @Override
  public void close() {
    cache.close();
    kept.close();
  }
}
