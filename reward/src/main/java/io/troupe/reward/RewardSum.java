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
 * A weighted sum of rewards. When one of them fails the sample is {@link Score.Unscorable}, since a
 * partial sum would be a wrong reward.
 *
 * @param parts the rewards with their weights; at least one
 */
public record RewardSum(List<Part> parts) {

  /**
   * A reward with its weight.
   *
   * @param reward computes the value
   * @param weight the value's factor in the sum
   */
  public record Part(Reward reward, double weight) {

    /** Evaluates the reward. Never throws for a reward that fails. */
    public Outcome outcome(Prompt prompt, Completion completion) {
      try {
        RewardResult result = reward.evaluate(prompt, completion);
        return Double.isFinite(result.value())
            ? new Outcome.Computed(result)
            : new Outcome.Failed("not a finite number");
      } catch (RewardException e) {
        return new Outcome.Failed(e.getMessage());
      } catch (RuntimeException | StackOverflowError e) {
        return new Outcome.Failed(e.getClass().getSimpleName());
      }
    }
  }

  /** The result of evaluating one reward. */
  public sealed interface Outcome {

    /** The reward has a finite value. */
    record Computed(RewardResult result) implements Outcome {}

    /**
     * The completion cannot be scored.
     *
     * @param reason short and countable
     */
    record Failed(String reason) implements Outcome {}
  }

  /** Checks that there is a reward and that names differ. */
  public RewardSum {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "rewards must name at least one of %s, got none"
              .formatted(String.join(", ", Rewards.names())));
    }
    Set<String> names = new HashSet<>();
    for (Part part : parts) {
      if (!names.add(part.reward().name())) {
        throw new IllegalArgumentException(
            "rewards must differ, got " + part.reward().name() + " twice");
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
   * @param starting receives the name of each reward before it runs, so that a missed deadline can
   *     be attributed to a reward
   */
  public Score score(Prompt prompt, Completion completion, Consumer<String> starting) {
    Map<String, Double> values = new LinkedHashMap<>();
    double sum = 0;
    for (Part part : parts) {
      starting.accept(part.reward().name());
      switch (part.outcome(prompt, completion)) {
        case Outcome.Computed(RewardResult result) -> {
          values.put(part.reward().name(), result.value());
          sum += part.weight() * result.value();
        }
        case Outcome.Failed(String reason) -> {
          return new Score.Unscorable(part.reward().name() + ": " + reason);
        }
      }
    }
    return new Score.Scored(sum, values);
  }

  /**
   * Checks that a prompt has everything that the rewards need.
   *
   * @throws RewardException if completions of this prompt could not be scored
   */
  public void check(Prompt prompt) throws RewardException {
    for (Part part : parts) {
      part.reward().check(prompt);
    }
  }

  /** Whether a score means that every reward was earned in full: each part is 1. */
  public static boolean isPerfect(Score score) {
    return score instanceof Score.Scored(var _, var parts)
        && parts.values().stream().allMatch(part -> Math.abs(part - 1) < 1e-9);
  }
}
