package io.troupe.rollout.constraint;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.tokens.TokenMasks;
import io.troupe.rollout.constraint.tokens.Vocabulary;
import io.troupe.rollout.constraint.validation.OutputValidator;
import java.util.Arrays;

/** The automaton of a constraint over the tokens of a vocabulary. Thread-safe. */
public final class CompiledConstraint {
  private final TokenMasks masks;
  private final Language start;
  private final Language startOfText;
  private final int numTokens;
  private final OutputValidator validator;

  CompiledConstraint(
      Vocabulary vocabulary,
      Languages languages,
      Language language,
      int numTokens,
      OutputValidator validator) {
    this.start = language;
    this.startOfText = languages.withDroppedSpace(language);
    this.masks = new TokenMasks(vocabulary, languages, numTokens);
    this.numTokens = numTokens;
    this.validator = validator;
  }

  /** Checks completed texts against the constraint, without the automaton. */
  public OutputValidator validator() {
    return validator;
  }

  /**
   * The state before the first token of a completion.
   *
   * @param endTokenIds tokens that end the completion: they are allowed exactly where the text may
   *     end, even if they have text. Ids beyond the model's vocabulary are ignored
   * @param dropsFirstSpace whether a space at the start of the completion is not part of its text
   */
  public TokenConstraint start(int[] endTokenIds, boolean dropsFirstSpace) {
    int[] ends = Arrays.stream(endTokenIds).filter(id -> id >= 0 && id < numTokens).toArray();
    return new TokenConstraint(masks, dropsFirstSpace ? startOfText : start, ends);
  }

  /** The number of words of a mask. */
  public int numWords() {
    return TokenMasks.numWords(numTokens);
  }
}
