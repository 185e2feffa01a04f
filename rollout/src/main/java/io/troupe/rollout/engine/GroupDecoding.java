package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.constraint.TokenConstraint;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.sampling.Sampler;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A group in the engine: the pages of its prompt and its completions so far. */
final class GroupDecoding {
  /** Steps without demand after which a group is paused: readers may miss a few. */
  private static final int PAUSE_STEPS = 16;

  final long requestId;
  final GroupSpec spec;
  final GenerationConfig config;
  final CompletionListener listener;
  final Sampler sampler;
  final StopTokens stopTokens;
  final Optional<Supplier<TokenConstraint>> constraint;
  final int maxCompletionLength;
  final boolean usesPrefixCache;
  private final boolean isRecomputable;
  final int numAlternatives;
  final Philox generator;
  private final Completion[] completions;
  private int numCompleted;

  /** The prompt's pages, from admission until every sample has joined. */
  PageTable promptPages;

  /** Groups that were admitted while this one, which came first, waited for pages. */
  int numOvertaken;

  /** Samples that have joined the batch, now or before the group was preempted. */
  int numJoined;

  /** Samples that have left the batch because the group was preempted, and have not returned. */
  final List<SequenceDecoding> suspended = new ArrayList<>();

  /** The hidden state after the prompt, kept for samples that join later; or null. */
  Tensor promptHidden;

  /** The log-probabilities of the prompt until they are reported; null if they are not needed. */
  private PromptScoring promptScoring;

  /** Whether its listener has demand in the current step. */
  boolean isActive;

  private long numIdleSteps; // since the last step with demand
  private boolean leavesPlaces; // although it has been idle for few steps

  GroupDecoding(
      long requestId,
      GroupSpec spec,
      GenerationConfig config,
      CompletionListener listener,
      Sampler sampler,
      StopTokens stopTokens,
      Optional<Supplier<TokenConstraint>> constraint,
      int maxCompletionLength,
      boolean usesPrefixCache,
      boolean isRecomputable) {
    this.requestId = requestId;
    this.spec = spec;
    this.config = config;
    this.listener = listener;
    this.sampler = sampler;
    this.stopTokens = stopTokens;
    this.constraint = constraint;
    this.maxCompletionLength = maxCompletionLength;
    this.usesPrefixCache = usesPrefixCache;
    this.isRecomputable = isRecomputable;
    this.numAlternatives = listener.numAlternatives();
    this.promptScoring = promptScoring();
    this.generator = Philox.of(spec.runSeed()).derive(spec.groupId());
    this.completions = new Completion[spec.numGenerations()];
  }

  private PromptScoring promptScoring() {
    OptionalInt count = listener.numPromptAlternatives();
    return count.isPresent()
        ? new PromptScoring(spec.prompt().tokenIds(), count.getAsInt(), sampler.temperature())
        : null;
  }

  int promptLength() {
    return spec.prompt().tokenIds().length;
  }

  void readDemand() {
    isActive = listener.hasDemand();
    numIdleSteps = isActive ? 0 : numIdleSteps + 1;
    leavesPlaces &= !isActive;
  }

  /** Whether the listener has had no demand for so long that others may take the places. */
  boolean isPaused() {
    return leavesPlaces || numIdleSteps >= PAUSE_STEPS;
  }

  void pauseUnlessActive() {
    leavesPlaces = !isActive;
  }

  /** Steps since the last one with demand. */
  long numIdleSteps() {
    return numIdleSteps;
  }

  /** Whether the pages of the group may be released for others. */
  boolean isPreemptable() {
    return isPaused() && isRecomputable && !listener.keepsPages();
  }

  /** Notes that the group is in the batch again. */
  void resume() {
    numIdleSteps = 0;
    leavesPlaces = false;
    numOvertaken = 0;
  }

  /** The longest sequence of the group that is cached: the last token's keys are never read. */
  int capacity() {
    return promptLength() + maxCompletionLength - 1;
  }

  boolean hasAllJoined() {
    return numUnjoined() == 0 || isPromptOnly();
  }

  /** Samples that have not ended and are not in the batch. */
  int numUnjoined() {
    return spec.numGenerations() - numJoined + suspended.size();
  }

  /** Whether the prompt is read and no token is sampled. */
  boolean isPromptOnly() {
    return maxCompletionLength == 0;
  }

  /** Whether the states of all positions of the prompt are needed. */
  boolean scoresPrompt() {
    return promptScoring != null;
  }

  /**
   * Computes log-probabilities of the prompt.
   *
   * @param hidden the states of consecutive positions, (positions, hidden)
   * @param from the first position
   */
  void scorePrompt(CausalLM model, Tensor hidden, int from) {
    promptScoring.score(model, hidden, from);
  }

  /** Reports the prompt, which has been read; a group without samples ends. */
  void reportPrompt() {
    if (promptScoring != null) {
      listener.onPrompt(promptScoring.result());
      promptScoring = null;
    }
    for (int i = 0; isPromptOnly() && i < completions.length; i++) {
      completed(
          new Completion(
              i, new int[0], new float[0], new long[0], "", new FinishReason.LengthLimit(0)));
    }
  }

  /**
   * Whether some positions of the prompt are computed and shared with nobody. After a change of the
   * weights they are computed again, so that the weights of a prompt are those of the group's first
   * token.
   */
  boolean isPromptPartlyRead() {
    return !usesPrefixCache && promptPages.length() > 0 && !isPromptCached();
  }

  boolean isPromptCached() {
    return promptPages.length() == promptLength() && !promptPages.isStale();
  }

  void completed(Completion completion) {
    completions[completion.sampleIndex()] = completion;
    numCompleted++;
  }

  boolean isCompleted() {
    return numCompleted == completions.length;
  }

  boolean hasCompleted(int sampleIndex) {
    return completions[sampleIndex] != null;
  }

  SampledGroup result() {
    return new SampledGroup(spec, Arrays.asList(completions));
  }
}
