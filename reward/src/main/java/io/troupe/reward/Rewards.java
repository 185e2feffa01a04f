package io.troupe.reward;

import com.typesafe.config.Config;
import io.troupe.protocols.config.RewardConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Creates rewards by their names in configuration files and on the command line. */
public final class Rewards {
  private static final Map<String, Function<RewardParameters, Reward>> KNOWN =
      new TreeMap<>(
          Map.of(
              "exact-match", ExactMatch::from,
              "numeric-match", NumericMatch::from,
              "regex", RegexMatch::regex,
              "format", BlockFormat::from,
              "length", LengthTarget::from,
              "required-words", RequiredWords::from,
              "ends-on-sentence", EndsOnSentence::from));

  private Rewards() {}

  /** The names of all rewards, in alphabetical order. */
  public static List<String> names() {
    return List.copyOf(KNOWN.keySet());
  }

  /**
   * Creates a reward.
   *
   * @param name one of {@link #names}
   * @param parameters settings of the reward; empty for the defaults
   * @throws IllegalArgumentException if the name is unknown, or a setting is unknown or invalid
   */
  public static Reward named(String name, Config parameters) {
    Function<RewardParameters, Reward> factory = KNOWN.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "reward must be one of %s, got %s".formatted(String.join(", ", KNOWN.keySet()), name));
    }
    return factory.apply(new RewardParameters(name, parameters));
  }

  /**
   * The weighted sum of the configured rewards.
   *
   * @throws IllegalArgumentException if no reward is configured, or one is unknown or invalid
   */
  public static RewardSum sum(List<RewardConfig> configs) {
    return new RewardSum(
        configs.stream()
            .map(c -> new RewardSum.Part(named(c.name(), c.parameters()), c.weight()))
            .toList());
  }
}
