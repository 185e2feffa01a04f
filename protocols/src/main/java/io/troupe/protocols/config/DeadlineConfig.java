package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Map;

/**
 * How long each wait of a run may take. When one passes, the error names who waited for what.
 *
 * @param reward for scoring one sample
 * @param group from giving a group to a rollout actor to having all of its samples
 * @param weights for delivering one version of the weights to one rollout actor
 * @param step for one training step
 * @param batch from the learner's asking for a batch to its having it
 */
public record DeadlineConfig(
    Duration reward, Duration group, Duration weights, Duration step, Duration batch) {

  /** Checks that each is positive. */
  public DeadlineConfig {
    Map.of("reward", reward, "group", group, "weights", weights, "step", step, "batch", batch)
        .forEach(
            (name, value) ->
                Settings.require(
                    value.isPositive(), "deadlines." + name, value, "set a positive duration"));
  }

  /** Reads the section {@code deadlines}. */
  public static DeadlineConfig from(Config config) {
    return new DeadlineConfig(
        config.getDuration("reward"),
        config.getDuration("group"),
        config.getDuration("weights"),
        config.getDuration("step"),
        config.getDuration("batch"));
  }
}
