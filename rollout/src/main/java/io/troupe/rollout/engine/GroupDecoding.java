package io.troupe.rollout.engine;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.sampling.Sampler;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/** A group in the engine: the pages of its prompt and its completions so far. */
final class GroupDecoding {
  final long requestId;
  final GroupSpec spec;
  final GenerationConfig config;
  final CompletionListener listener;
  final Sampler sampler;
  final StopTokens stopTokens;
  final int maxCompletionLength;
  final boolean usesPrefixCache;
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

  /** Whether its listener has demand in the current step. */
  boolean isActive;

  GroupDecoding(
      long requestId,
      GroupSpec spec,
      GenerationConfig config,
      CompletionListener listener,
      Sampler sampler,
      StopTokens stopTokens,
      int maxCompletionLength,
      boolean usesPrefixCache) {
    this.requestId = requestId;
    this.spec = spec;
    this.config = config;
    this.listener = listener;
    this.sampler = sampler;
    this.stopTokens = stopTokens;
    this.maxCompletionLength = maxCompletionLength;
    this.usesPrefixCache = usesPrefixCache;
    this.generator = Philox.of(spec.runSeed()).derive(spec.groupId());
    this.completions = new Completion[spec.numGenerations()];
  }

  int promptLength() {
    return spec.prompt().tokenIds().length;
  }

  /** The longest sequence of the group that is cached: the last token's keys are never read. */
  int capacity() {
    return promptLength() + maxCompletionLength - 1;
  }

  boolean hasAllJoined() {
    return numJoined == spec.numGenerations();
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
