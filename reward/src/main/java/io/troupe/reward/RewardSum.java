package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A weighted sum of rewards. When one of them fails the sample is {@link Score.Unscorable}: a part
 * of the sum would be a wrong reward.
 *
 * @param parts the rewards with their weights; at least one
 */
public record RewardSum(List<Part> parts) {

  /**
   * A reward with its weight.
   *
   * @param reward what is computed
   * @param weight its factor in the sum
   */
  public record Part(Reward reward, double weight) {}

  /** Checks that there is a reward, and none twice under one name. */
  public RewardSum {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "no reward is given: name at least one of " + String.join(", ", Rewards.names()));
    }
    Set<String> names = new HashSet<>();
    for (Part part : parts) {
      if (!names.add(part.reward().name())) {
        throw new IllegalArgumentException(
            "the reward " + part.reward().name() + " is given twice");
      }
    }
  }

  /** The sum of rewards that each count once. */
  public static RewardSum of(Reward... rewards) {
    return new RewardSum(List.of(rewards).stream().map(r -> new Part(r, 1)).toList());
  }

  /** The score of a completion. Never throws for a reward that fails. */
  public Score score(Prompt prompt, Completion completion) {
    return score(prompt, completion, name -> {});
  }

  /**
   * The score of a completion.
   *
   * @param starting is told the name of each reward before it runs, so that a deadline can say
   *     which one it was that hung
   */
  public Score score(Prompt prompt, Completion completion, Consumer<String> starting) {
    Map<String, Double> values = new LinkedHashMap<>();
    double sum = 0;
    for (Part part : parts) {
      String name = part.reward().name();
      starting.accept(name);
      double value;
      try {
        value = part.reward().score(prompt, completion);
      } catch (RewardException e) {
        return new Score.Unscorable(name + ": " + e.getMessage());
      } catch (RuntimeException | StackOverflowError e) { // deep regular expressions overflow
        return new Score.Unscorable(name + ": " + e.getClass().getSimpleName());
      }
      if (!Double.isFinite(value)) {
        return new Score.Unscorable(name + ": not a finite number");
      }
      values.put(name, value);
      sum += part.weight() * value;
    }
    return new Score.Scored(sum, values);
  }

  /** Whether a score means that every reward was earned in full: each part is 1. */
  public static boolean isPerfect(Score score) {
    return score instanceof Score.Scored(var _, var parts)
        && parts.values().stream().allMatch(part -> Math.abs(part - 1) < 1e-9);
  }
}
