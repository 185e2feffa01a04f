package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import java.util.List;

/**
 * All that a run is told.
 *
 * @param task the built-in task, such as {@code arithmetic}; empty when model and data are files
 * @param model folder of the policy in Hugging Face's layout; empty for the task's own
 * @param seed everything random in the run comes from it
 * @param steps GRPO steps to train
 * @param groupsPerStep prompts in a step; each has {@code grpo.num-generations} samples
 * @param maxStaleness how many policy versions generation may run ahead of training; 0 is strictly
 *     on-policy
 * @param saveSteps write a checkpoint after every so many steps; at least 1
 * @param evalSteps measure held-out accuracy after every so many steps; 0 for before and after only
 * @param logSamples samples written per step, at most; 0 for none
 * @param threads of the compute pool; 0 for one per core
 * @param data where prompts come from
 * @param rewards the weighted sum; at least one, unless the task brings its own
 * @param grpo the objective, and the number, length and temperature of samples
 * @param optimizer how gradients move the weights
 * @param schedule how the learning rate moves
 * @param rollout the rollout actors
 * @param deadlines how long waits may take
 * @param warmStart supervised fine-tuning first
 * @param source the HOCON that this was read from, resolved; {@code config.conf} of the run folder
 */
public record RunConfig(
    String task,
    String model,
    long seed,
    int steps,
    int groupsPerStep,
    int maxStaleness,
    int saveSteps,
    int evalSteps,
    int logSamples,
    int threads,
    DataConfig data,
    List<RewardConfig> rewards,
    GrpoConfig grpo,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    RolloutConfig rollout,
    DeadlineConfig deadlines,
    WarmStartConfig warmStart,
    Config source) {

  /** Checks the ranges. */
  public RunConfig {
    rewards = List.copyOf(rewards);
    Settings.require(steps >= 0, "steps", steps, "set 0 or more");
    Settings.require(groupsPerStep >= 1, "groups-per-step", groupsPerStep, "set 1 or more");
    Settings.require(
        maxStaleness >= 0 && maxStaleness <= 1000,
        "max-staleness",
        maxStaleness,
        "set 0 (strictly on-policy) to 1000");
    Settings.require(saveSteps >= 1, "save-steps", saveSteps, "set 1 or more");
    Settings.require(evalSteps >= 0, "eval-steps", evalSteps, "set 0 or more");
    Settings.require(logSamples >= 0, "log-samples", logSamples, "set 0 or more");
    Settings.require(
        threads >= 0 && threads <= 1024, "threads", threads, "set 0 (one per core) to 1024");
  }

  /**
   * Reads the section {@code troupe}, which {@code reference.conf} gives a default for every key:
   * {@code RunConfig.from(ConfigFactory.load().getConfig("troupe"))}.
   *
   * @throws IllegalArgumentException if a key is missing, has the wrong type or is out of range
   */
  public static RunConfig from(Config config) {
    try {
      return read(config);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static RunConfig read(Config config) {
    return new RunConfig(
        config.getString("task"),
        config.getString("model"),
        config.getLong("seed"),
        config.getInt("steps"),
        config.getInt("groups-per-step"),
        config.getInt("max-staleness"),
        config.getInt("save-steps"),
        config.getInt("eval-steps"),
        config.getInt("log-samples"),
        config.getInt("threads"),
        DataConfig.from(config.getConfig("data")),
        config.getList("rewards").stream().map(RewardConfig::from).toList(),
        GrpoConfig.from(config.getConfig("grpo")),
        OptimizerConfig.from(config.getConfig("optimizer")),
        ScheduleConfig.from(config.getConfig("schedule")),
        RolloutConfig.from(config.getConfig("rollout")),
        DeadlineConfig.from(config.getConfig("deadlines")),
        WarmStartConfig.from(config.getConfig("warm-start")),
        config);
  }

  /** The configuration as HOCON text, which {@link #from} reads back. */
  public String render() {
    return source
        .root()
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }
}
