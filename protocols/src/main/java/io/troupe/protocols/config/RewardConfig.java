package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

/**
 * One reward of the weighted sum.
 *
 * @param name which reward, such as {@code numeric-match}
 * @param weight its factor in the sum; finite
 * @param parameters its own settings, such as {@code pattern}
 */
public record RewardConfig(String name, double weight, Config parameters) {

  /** Checks the weight. */
  public RewardConfig {
    Settings.require(!name.isBlank(), "rewards", name, "give the reward a name");
    Settings.require(
        Double.isFinite(weight), "rewards." + name + ".weight", weight, "set a finite number");
  }

  /** Reads an entry of {@code rewards}: a name, or an object with a name and settings. */
  public static RewardConfig from(ConfigValue entry) {
    if (entry.valueType() == ConfigValueType.STRING) {
      return new RewardConfig((String) entry.unwrapped(), 1, ConfigFactory.empty());
    }
    if (!(entry instanceof ConfigObject object)) {
      throw new IllegalArgumentException(
          "rewards: "
              + entry.render()
              + " is neither a name nor an object: write numeric-match or { name = length }");
    }
    Config config = object.toConfig();
    if (!config.hasPath("name")) {
      throw new IllegalArgumentException("rewards: " + entry.render() + " has no name");
    }
    return new RewardConfig(
        config.getString("name"),
        config.hasPath("weight") ? config.getDouble("weight") : 1,
        config.withoutPath("name").withoutPath("weight"));
  }
}
