package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;

/**
 * 1 if the number of tokens is in a range; outside of it the reward falls linearly to 0 over {@code
 * slack} tokens.
 *
 * @param min minimum number of tokens, at least 0
 * @param max maximum number of tokens, at least {@code min}
 * @param slack distance from the range at which the reward is 0, in tokens; at least 1
 */
public record LengthTarget(int min, int max, int slack) implements Reward {

  static LengthTarget from(RewardParameters parameters) {
    parameters.allow("min", "max", "slack");
    LengthTarget target =
        new LengthTarget(
            parameters.count("min", 0),
            parameters.count("max", Integer.MAX_VALUE),
            parameters.count("slack", 1));
    if (target.min < 0 || target.max < target.min || target.slack < 1) {
      throw parameters.invalid(
          "min, max and slack",
          "satisfy 0 <= min <= max and slack >= 1",
          "min = %d, max = %d, slack = %d".formatted(target.min, target.max, target.slack));
    }
    return target;
  }

  @Override
  public String name() {
    return "length";
  }

  @Override
  public RewardResult evaluate(Prompt prompt, Completion completion) {
    int length = completion.tokenIds().length;
    long beyond = Math.max((long) min - length, (long) length - max);
    return RewardResult.of(Math.clamp(1 - (double) beyond / slack, 0, 1), length + " tokens");
  }

  @Override
  public boolean readsTokens() {
    return true;
  }
}
