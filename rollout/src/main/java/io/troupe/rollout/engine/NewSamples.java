package io.troupe.rollout.engine;

import io.troupe.rollout.tokenizer.Tokenizer;

/** Prepares the decoding of samples. */
final class NewSamples {
  private final Tokenizer tokenizer;
  private final int vocabSize;

  NewSamples(Tokenizer tokenizer, int vocabSize) {
    this.tokenizer = tokenizer;
    this.vocabSize = vocabSize;
  }

  /** The next sample of a group. */
  SequenceDecoding next(GroupDecoding group) {
    AllowedTokens allowed =
        group.constraint.map(start -> new AllowedTokens(start.get(), vocabSize)).orElse(null);
    return new SequenceDecoding(group, group.numJoined++, textStream(group), allowed);
  }

  /** Detokenizes while tokens are sampled; null if the text is needed at the end only. */
  private TextStream textStream(GroupDecoding group) {
    boolean needsText = group.listener.wantsTokens() || !group.config.stopStrings().isEmpty();
    return needsText
        ? new TextStream(
            tokenizer.incremental(group.spec.prompt().tokenIds(), group.listener.specialTokens()),
            group.config.stopStrings())
        : null;
  }
}
