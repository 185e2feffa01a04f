package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The keys of the learning rate schedule, with the defaults of transformers and PyTorch. */
final class ScheduleKeys {
  static final Section SECTION =
      Section.of("schedule", "Learning rate schedule. Keys of other schedules have no effect.");

  private static final Map<String, Function<Config, ScheduleConfig>> BY_NAME = byName();

  static final Key<Function<Config, ScheduleConfig>> LR_SCHEDULER_TYPE =
      SECTION.add(
          "lr-scheduler-type",
          ValueType.choice(BY_NAME),
          BY_NAME.get("linear"),
          "Schedule of the learning rate: linear, constant, cosine, step, multi-step,"
              + " cosine-annealing or one-cycle.");
  static final Key<Integer> WARMUP_STEPS =
      SECTION.add(
          "warmup-steps",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Number of optimizer steps in which the learning rate rises linearly from 0. The schedule"
              + " starts after them.");
  static final Key<Double> NUM_CYCLES =
      SECTION.add(
          "num-cycles",
          ValueType.DOUBLE,
          0.5,
          Range.above(0),
          "Number of cosine waves in the run, for cosine. 0.5: a fall to 0.");
  static final Key<Integer> STEP_SIZE =
      SECTION.add(
          "step-size",
          ValueType.INT,
          0,
          Range.atLeast(1),
          "Number of steps after which the rate is multiplied by gamma, repeatedly, for step.");
  static final Key<List<Integer>> MILESTONES =
      SECTION.add(
          "milestones",
          ValueType.INTS,
          List.of(),
          new Range<>(ScheduleKeys::isAscending, "one or more ascending steps, from 1", ""),
          "Steps at which the rate is multiplied by gamma, such as 3000,6000, for multi-step.");
  static final Key<Double> GAMMA =
      SECTION.add(
          "gamma",
          ValueType.DOUBLE,
          0.1,
          Range.above(0),
          "Factor of the learning rate, for step and multi-step.");
  static final Key<Integer> T_MAX =
      SECTION.add(
          "t-max",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Number of steps from the learning rate down to eta-min, for cosine-annealing. 0: the"
              + " rest of the run.");
  static final Key<Double> ETA_MIN =
      SECTION.add(
          "eta-min",
          ValueType.DOUBLE,
          0.0,
          Range.atLeast(0),
          "Lowest learning rate, for cosine-annealing.");
  static final Key<Double> PCT_START =
      SECTION.add(
          "pct-start",
          ValueType.DOUBLE,
          0.3,
          Range.strictlyBetween(0, 1),
          "Fraction of the run in which the learning rate rises, for one-cycle.");
  static final Key<Double> DIV_FACTOR =
      SECTION.add(
          "div-factor",
          ValueType.DOUBLE,
          25.0,
          Range.above(0),
          "Ratio of the highest to the first learning rate, for one-cycle.");
  static final Key<Double> FINAL_DIV_FACTOR =
      SECTION.add(
          "final-div-factor",
          ValueType.DOUBLE,
          1e4,
          Range.above(0),
          "Ratio of the first to the last learning rate, for one-cycle.");

  private ScheduleKeys() {}

  private static Map<String, Function<Config, ScheduleConfig>> byName() {
    Map<String, Function<Config, ScheduleConfig>> byName = new LinkedHashMap<>();
    byName.put("linear", config -> new ScheduleConfig.Linear(WARMUP_STEPS.read(config)));
    byName.put("constant", config -> new ScheduleConfig.Constant(WARMUP_STEPS.read(config)));
    byName.put(
        "cosine",
        config -> new ScheduleConfig.Cosine(WARMUP_STEPS.read(config), NUM_CYCLES.read(config)));
    byName.put(
        "step",
        config ->
            new ScheduleConfig.Step(
                WARMUP_STEPS.read(config), STEP_SIZE.read(config), GAMMA.read(config)));
    byName.put(
        "multi-step",
        config ->
            new ScheduleConfig.MultiStep(
                WARMUP_STEPS.read(config), MILESTONES.read(config), GAMMA.read(config)));
    byName.put(
        "cosine-annealing",
        config ->
            new ScheduleConfig.CosineAnnealing(
                WARMUP_STEPS.read(config), T_MAX.read(config), ETA_MIN.read(config)));
    byName.put("one-cycle", ScheduleKeys::oneCycle);
    return byName;
  }

  private static ScheduleConfig oneCycle(Config config) {
    int warmupSteps = WARMUP_STEPS.read(config);
    WARMUP_STEPS.require(
        warmupSteps == 0, warmupSteps, "0 for one-cycle, which has its own warm-up", "");
    return new ScheduleConfig.OneCycle(
        PCT_START.read(config), DIV_FACTOR.read(config), FINAL_DIV_FACTOR.read(config));
  }

  private static boolean isAscending(List<Integer> milestones) {
    int previous = 0;
    for (int milestone : milestones) {
      if (milestone <= previous) {
        return false;
      }
      previous = milestone;
    }
    return !milestones.isEmpty();
  }
}
