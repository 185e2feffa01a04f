package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.List;

/**
 * One reward of the weighted sum.
 *
 * @param name name of the reward, such as {@code numeric-match}
 * @param weight factor of the reward in the sum; finite
 * @param parameters settings of the reward, such as {@code pattern}
 */
public record RewardConfig(String name, double weight, Config parameters) {

  /** Entries of {@code rewards}, each a name or an object. */
  static final ValueType<List<ConfigValue>> LIST =
      new ValueType<>(
          "REWARD",
          "a list, such as [numeric-match]",
          value -> {
            if (!(value instanceof ConfigList list)) {
              throw new IllegalArgumentException("no list");
            }
            return List.copyOf(list);
          },
          entries -> entries);

  private static final Section SECTION = Section.qualified("rewards", "A reward of the sum.");

  private static final Key<String> NAME =
      SECTION.add(
          "name",
          ValueType.TEXT,
          "",
          new Range<>(
              name -> !name.isBlank(),
              "the name of a reward",
              "write numeric-match or { name = length, max = 80 }"),
          "Name of the reward.");
  private static final Key<Double> WEIGHT =
      SECTION.add(
          "weight", ValueType.DOUBLE, 1.0, Range.finite(), "Factor of the reward in the sum.");

  /** Checks name and weight. */
  public RewardConfig {
    NAME.check(name);
    WEIGHT.check(weight);
  }

  /**
   * Reads an entry of {@code rewards}: a name, or an object with a name and settings.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static RewardConfig from(ConfigValue entry) {
    if (entry.valueType() == ConfigValueType.STRING) {
      return new RewardConfig((String) entry.unwrapped(), 1, ConfigFactory.empty());
    }
    if (!(entry instanceof ConfigObject object)) {
      throw new IllegalArgumentException(
          "rewards must be names or objects, got "
              + entry.unwrapped()
              + "; write numeric-match or { name = length, max = 80 }");
    }
    Config config = object.toConfig();
    return new RewardConfig(
        NAME.read(config),
        WEIGHT.read(config),
        config.withoutPath(NAME.name()).withoutPath(WEIGHT.name()));
  }
}
