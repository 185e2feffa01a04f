package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.reward.regex.MatchLimitException;
import io.troupe.reward.regex.TextPattern;

/**
 * 1 when a regular expression matches the completion, else 0.
 *
 * @param name {@code regex}, or {@code format} where the whole text must match
 * @param pattern in Java's syntax; a dot matches line terminators too
 * @param scope how much of the completion must match
 */
public record RegexMatch(String name, TextPattern pattern, Scope scope) implements Reward {

  /** How much of a completion must match. */
  public enum Scope {
    /** Any part of it. */
    PART,
    /** All of it. */
    WHOLE
  }

  static RegexMatch regex(RewardParameters parameters) {
    parameters.allow("pattern");
    String pattern = parameters.text("pattern", "");
    if (pattern.isEmpty()) {
      throw parameters.invalid("pattern", "be set to a regular expression", "nothing");
    }
    return new RegexMatch("regex", compile(parameters, pattern), Scope.PART);
  }

  static RegexMatch format(RewardParameters parameters) {
    parameters.allow("pattern");
    String pattern = parameters.text("pattern", "");
    return new RegexMatch("format", compile(parameters, pattern), Scope.WHOLE);
  }

  private static TextPattern compile(RewardParameters parameters, String pattern) {
    try {
      return TextPattern.compile(pattern);
    } catch (IllegalArgumentException e) {
      throw parameters.invalid(
          "pattern", "be a regular expression", pattern + " (" + e.getMessage() + ")");
    }
  }

  @Override
  public RewardResult evaluate(Prompt prompt, Completion completion) throws RewardException {
    String text = completion.text();
    try {
      return switch (scope) {
        case PART ->
            pattern
                .find(text)
                .map(found -> RewardResult.of(1, found))
                .orElseGet(() -> RewardResult.of(0, ""));
        case WHOLE -> pattern.matches(text) ? RewardResult.of(1, text) : RewardResult.of(0, "");
      };
    } catch (MatchLimitException e) {
      throw new RewardException(e.getMessage(), e);
    }
  }
}
