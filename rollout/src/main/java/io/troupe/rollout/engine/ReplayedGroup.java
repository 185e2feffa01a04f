package io.troupe.rollout.engine;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A recorded group with the pages of its prompt and its samples. */
final class ReplayedGroup {
  private final SampledGroup recorded;
  private final GroupDecoding decoding;
  private final PageTable promptPages;
  private final List<ReplayedSample> samples = new ArrayList<>();
  private Tensor promptHidden;

  private ReplayedGroup(SampledGroup recorded, GroupDecoding decoding, PageTable promptPages) {
    this.recorded = recorded;
    this.decoding = decoding;
    this.promptPages = promptPages;
  }

  /** Opens the pages; null if too few are free. */
  static ReplayedGroup open(
      SampledGroup recorded,
      GroupDecoding decoding,
      PagedKvCache cache,
      Tokenizer tokenizer,
      NewSamples newSamples) {
    PageTable promptPages = cache.open(decoding.promptLength());
    if (promptPages == null) {
      return null;
    }
    ReplayedGroup group = new ReplayedGroup(recorded, decoding, promptPages);
    for (Completion completion : recorded.completions()) {
      int capacity = decoding.promptLength() + completion.tokenIds().length - 1;
      PageTable pages = cache.openFork(capacity, decoding.promptLength());
      if (pages == null) {
        group.closePages();
        return null;
      }
      SequenceDecoding sequence = newSamples.next(decoding);
      sequence.pages = pages;
      group.samples.add(new ReplayedSample(group, completion, sequence, tokenizer));
    }
    return group;
  }

  SampledGroup recorded() {
    return recorded;
  }

  GroupDecoding decoding() {
    return decoding;
  }

  PageTable promptPages() {
    return promptPages;
  }

  List<ReplayedSample> samples() {
    return samples;
  }

  void addVersions(Set<Long> versions) {
    for (Completion completion : recorded.completions()) {
      for (long version : completion.policyVersions()) {
        versions.add(version);
      }
    }
  }

  /** The version that read the prompt: that of the first token of the sample that began first. */
  long promptVersion() {
    return recorded.oldestPolicyVersion();
  }

  void keepPromptHidden(Tensor hidden) {
    promptHidden = hidden;
  }

  Tensor promptHidden() {
    return promptHidden;
  }

  /** Lets the samples continue from the prompt, which has been read. */
  void fork() {
    samples.forEach(sample -> sample.sequence().pages.continueFrom(promptPages));
  }

  Optional<SampleDifference> difference() {
    return samples.stream().flatMap(sample -> sample.difference().stream()).findFirst();
  }

  void close(Scope promptStates) {
    if (promptHidden != null) {
      promptStates.release(promptHidden);
    }
    closePages();
  }

  private void closePages() {
    samples.forEach(sample -> sample.sequence().pages.close());
    promptPages.close();
  }
}
