package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.List;

/**
 * The configuration of a GRPO run.
 *
 * @param task the built-in task, such as {@code arithmetic}; empty if model and data are files
 * @param model directory of the policy in Hugging Face's layout; empty for the built-in task's
 * @param seed seed of every random choice in the run
 * @param steps number of GRPO steps
 * @param groupsPerStep prompts per step; each has {@code grpo.num-generations} samples
 * @param maxStaleness number of policy versions by which generation may run ahead of training; 0 is
 *     strictly on-policy
 * @param saveSteps steps between checkpoints; at least 1
 * @param evalSteps steps between evaluations; 0 for before and after training only
 * @param logSamples maximum number of samples written per step; 0 for none
 * @param threads threads of the compute pool; 0 for one per core
 * @param memoryLimit maximum memory for tensors, in bytes; 0 for a share of the machine's
 * @param data source of the prompts
 * @param rewards the weighted sum; at least one, unless the task has its own
 * @param grpo the objective, and the number, length and temperature of samples
 * @param optimizer the optimizer
 * @param schedule the learning rate over the run
 * @param rollout the rollout actors
 * @param deadlines maximum durations
 * @param warmStart supervised fine-tuning before the first step
 * @param source the HOCON that this was read from, resolved and with every default; {@code
 *     config.conf} of the run directory
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
    long memoryLimit,
    DataConfig data,
    List<RewardConfig> rewards,
    GrpoConfig grpo,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    RolloutConfig rollout,
    DeadlineConfig deadlines,
    WarmStartConfig warmStart,
    Config source) {

  /** Every key, with its default. */
  public static final Section SECTION =
      Section.of("troupe", "Settings of a GRPO run, and their defaults.");

  private static final Key<RunKind> KIND =
      SECTION.add(
          "kind",
          RunKind.type(),
          RunKind.GRPO,
          RunKind.GRPO.only(),
          "Kind of the run. Written to config.conf; it cannot be set.");
  private static final Key<String> TASK =
      SECTION.add(
          "task",
          ValueType.TEXT,
          "",
          "Built-in task: arithmetic. Its model, prompts and demonstrations are written to the run"
              + " directory. Empty: the model and the prompts are files.");
  private static final Key<String> MODEL =
      SECTION.add(
          "model",
          ValueType.PATH,
          "",
          "Directory of the policy in Hugging Face's layout (config.json, model.safetensors,"
              + " tokenizer.json).");
  private static final Key<Long> SEED =
      SECTION.add("seed", ValueType.LONG, 42L, "Seed of every random choice in the run.");
  private static final Key<Integer> STEPS =
      SECTION.add("steps", ValueType.INT, 100, Range.atLeast(0), "Number of GRPO steps.");
  private static final Key<Integer> GROUPS_PER_STEP =
      SECTION.add(
          "groups-per-step",
          ValueType.INT,
          8,
          Range.atLeast(1),
          "Prompts per step. Each has num-generations samples.");
  private static final Key<Integer> MAX_STALENESS =
      SECTION.add(
          "max-staleness",
          ValueType.INT,
          0,
          Range.between(0, 1000),
          "Number of policy versions by which generation may run ahead of training. 0: strictly"
              + " on-policy, and the run is reproducible bit for bit.");
  private static final Key<Integer> SAVE_STEPS =
      SECTION.add(
          "save-steps",
          ValueType.INT,
          10,
          Range.atLeast(1),
          "Number of steps between checkpoints. The last step always writes one.");
  private static final Key<Integer> EVAL_STEPS =
      SECTION.add(
          "eval-steps",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Number of steps between evaluations. 0: before and after training only.");
  private static final Key<Integer> LOG_SAMPLES =
      SECTION.add(
          "log-samples",
          ValueType.INT,
          8,
          Range.atLeast(0),
          "Maximum number of samples per step written to the run directory.");
  private static final Key<Integer> THREADS =
      SECTION.add(
          "threads",
          ValueType.INT,
          0,
          Range.between(0, 1024),
          "Number of compute threads. 0: one per core.");
  private static final Key<Long> MEMORY_LIMIT =
      SECTION.add(
          "memory-limit",
          ValueType.BYTES,
          0L,
          Range.atLeast(0),
          "Maximum memory for tensors, such as 8g. 0: 90 % of the memory of the machine or"
              + " container.");
  private static final Key<List<ConfigValue>> REWARDS =
      SECTION.add(
          "rewards",
          RewardConfig.LIST,
          List.of(),
          "Rewards whose weighted sum is maximized: names, or objects such as { name ="
              + " required-words, weight = 0.5, words = [cat, dog] }.");
  private static final Section DATA = SECTION.add(DataConfig.SECTION);
  private static final Section GRPO = SECTION.add(GrpoConfig.SECTION);
  private static final Section OPTIMIZER = SECTION.add(OptimizerKeys.SECTION);
  private static final Section SCHEDULE = SECTION.add(ScheduleKeys.SECTION);
  private static final Section ROLLOUT = SECTION.add(RolloutConfig.SECTION);
  private static final Section DEADLINES = SECTION.add(DeadlineConfig.SECTION);
  private static final Section WARM_START = SECTION.add(WarmStartConfig.SECTION);

  /** Checks the ranges. */
  public RunConfig {
    rewards = List.copyOf(rewards);
    STEPS.check(steps);
    GROUPS_PER_STEP.check(groupsPerStep);
    MAX_STALENESS.check(maxStaleness);
    SAVE_STEPS.check(saveSteps);
    EVAL_STEPS.check(evalSteps);
    LOG_SAMPLES.check(logSamples);
    THREADS.check(threads);
    MEMORY_LIMIT.check(memoryLimit);
    requireShardsOfSamples(grpo, groupsPerStep);
  }

  private static void requireShardsOfSamples(GrpoConfig grpo, int groupsPerStep) {
    long samples = (long) groupsPerStep * grpo.numGenerations();
    if (grpo.gradientShards() > samples) {
      throw new IllegalArgumentException(
          "grpo.gradient-shards must be <= groups-per-step * grpo.num-generations = %d, got %d"
              .formatted(samples, grpo.gradientShards()));
    }
  }

  /**
   * Reads the keys of {@link #SECTION}; a missing key has its default.
   *
   * @throws IllegalArgumentException if a key has the wrong type or is out of range
   */
  public static RunConfig from(Config config) {
    Config all = config.withFallback(SECTION.defaults());
    KIND.check(KIND.read(all));
    return new RunConfig(
        TASK.read(all),
        MODEL.read(all),
        SEED.read(all),
        STEPS.read(all),
        GROUPS_PER_STEP.read(all),
        MAX_STALENESS.read(all),
        SAVE_STEPS.read(all),
        EVAL_STEPS.read(all),
        LOG_SAMPLES.read(all),
        THREADS.read(all),
        MEMORY_LIMIT.read(all),
        DataConfig.from(DATA.in(all)),
        REWARDS.read(all).stream().map(RewardConfig::from).toList(),
        GrpoConfig.from(GRPO.in(all)),
        OptimizerConfig.from(OPTIMIZER.in(all)),
        ScheduleConfig.from(SCHEDULE.in(all)),
        RolloutConfig.from(ROLLOUT.in(all)),
        DeadlineConfig.from(DEADLINES.in(all)),
        WarmStartConfig.from(WARM_START.in(all)),
        all);
  }

  /** The configuration as HOCON text, which {@link #from} reads back. */
  public String render() {
    return source
        .root()
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }
}
