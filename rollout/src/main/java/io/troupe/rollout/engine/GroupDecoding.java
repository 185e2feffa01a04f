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
import java.util.Arrays;
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
  final int numAlternatives;
  final Philox generator;
  private final Completion[] completions;
  private int numCompleted;

  /** The prompt's pages, from admission until every sample has joined. */
  PageTable promptPages;

  /** Groups that were admitted while this one, which came first, waited for pages. */
  int numOvertaken;

  /** Samples that have joined the batch. */
  int numJoined;

  /** The hidden state after the prompt, kept for samples that join later; or null. */
  Tensor promptHidden;

  /** The log-probabilities of the prompt until they are reported; null if they are not needed. */
  private PromptScoring promptScoring;

  /** Whether its listener has demand in the current step. */
  boolean isActive;

  private int numIdleSteps; // since the last step with demand

  GroupDecoding(
      long requestId,
      GroupSpec spec,
      GenerationConfig config,
      CompletionListener listener,
      Sampler sampler,
      StopTokens stopTokens,
      Optional<Supplier<TokenConstraint>> constraint,
      int maxCompletionLength,
      boolean usesPrefixCache) {
    this.requestId = requestId;
    this.spec = spec;
    this.config = config;
    this.listener = listener;
    this.sampler = sampler;
    this.stopTokens = stopTokens;
    this.constraint = constraint;
    this.maxCompletionLength = maxCompletionLength;
    this.usesPrefixCache = usesPrefixCache;
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
    numIdleSteps = isActive ? 0 : Math.min(numIdleSteps + 1, PAUSE_STEPS);
  }

  /** Whether the listener has had no demand for so long that others may take the places. */
  boolean isPaused() {
    return numIdleSteps == PAUSE_STEPS;
  }

  void pauseUnlessActive() {
    numIdleSteps = isActive ? 0 : PAUSE_STEPS;
  }

  /** The longest sequence of the group that is cached: the last token's keys are never read. */
  int capacity() {
    return promptLength() + maxCompletionLength - 1;
  }

  boolean hasAllJoined() {
    return numJoined == spec.numGenerations() || isPromptOnly();
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
