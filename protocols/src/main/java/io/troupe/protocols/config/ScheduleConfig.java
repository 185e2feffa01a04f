package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How the learning rate moves over a run: transformers' {@code lr_scheduler_type}. Each warms up
 * linearly from 0 over {@code warmupSteps} first.
 */
public sealed interface ScheduleConfig {

  /** Optimizer steps over which the rate grows from 0; 0: none. */
  int warmupSteps();

  /** Stays at the learning rate. */
  record Constant(int warmupSteps) implements ScheduleConfig {
    /** Checks the count. */
    public Constant {
      requireWarmup(warmupSteps);
    }
  }

  /** Falls linearly to 0 at the end of the run; transformers' default. */
  record Linear(int warmupSteps) implements ScheduleConfig {
    /** Checks the count. */
    public Linear {
      requireWarmup(warmupSteps);
    }
  }

  /**
   * Follows a cosine.
   *
   * @param numCycles waves over the run; 0.5 falls from the rate to 0
   */
  record Cosine(int warmupSteps, double numCycles) implements ScheduleConfig {
    /** Checks the ranges. */
    public Cosine {
      requireWarmup(warmupSteps);
      Settings.require(
          Settings.isPositive(numCycles), "num-cycles", numCycles, "wants a number above 0");
    }
  }

  /**
   * Reads {@code lr-scheduler-type} (linear, constant or cosine), {@code warmup-steps} and {@code
   * num-cycles}; missing ones have transformers' defaults.
   *
   * @throws IllegalArgumentException naming the key, if a value is out of range
   */
  static ScheduleConfig from(Config config) {
    Settings settings = new Settings(config);
    int warmupSteps = settings.count("warmup-steps", 0);
    Map<String, Supplier<ScheduleConfig>> known = new LinkedHashMap<>();
    known.put("linear", () -> new Linear(warmupSteps));
    known.put("constant", () -> new Constant(warmupSteps));
    known.put("cosine", () -> new Cosine(warmupSteps, settings.number("num-cycles", 0.5)));
    return Settings.choose("lr-scheduler-type", settings.text("lr-scheduler-type", "linear"), known)
        .get();
  }

  private static void requireWarmup(int warmupSteps) {
    Settings.require(warmupSteps >= 0, "warmup-steps", warmupSteps, "wants 0 or more");
  }
}
