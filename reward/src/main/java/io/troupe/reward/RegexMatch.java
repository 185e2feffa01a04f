package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * 1 when a regular expression matches the completion, else 0.
 *
 * @param name {@code regex}, or {@code format} where the whole text must match
 * @param pattern in Java's syntax; a dot matches line ends too
 * @param whole whether the whole completion must match, not a part of it
 */
public record RegexMatch(String name, Pattern pattern, boolean whole) implements Reward {

  /** The format that reasoning models are trained to: thoughts in tags, then the answer in tags. */
  static final String THINK_ANSWER = "\\s*<think>.*?</think>\\s*<answer>.*?</answer>\\s*";

  static RegexMatch regex(RewardParameters parameters) {
    parameters.allow("pattern");
    String pattern = parameters.text("pattern", "");
    if (pattern.isEmpty()) {
      throw parameters.wrong("pattern", "is missing: set a regular expression");
    }
    return new RegexMatch("regex", compile(parameters, pattern), false);
  }

  static RegexMatch format(RewardParameters parameters) {
    parameters.allow("pattern");
    String pattern = parameters.text("pattern", THINK_ANSWER);
    return new RegexMatch("format", compile(parameters, pattern), true);
  }

  private static Pattern compile(RewardParameters parameters, String pattern) {
    try {
      return Pattern.compile(pattern, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "reward "
              + parameters.reward()
              + ": the pattern "
              + pattern
              + " is no regular expression: "
              + e.getDescription(),
          e);
    }
  }

  @Override
  public double score(Prompt prompt, Completion completion) {
    var matcher = pattern.matcher(new InterruptibleText(completion.text()));
    return (whole ? matcher.matches() : matcher.find()) ? 1 : 0;
  }
}
