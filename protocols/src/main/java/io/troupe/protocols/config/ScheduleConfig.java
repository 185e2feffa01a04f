package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How the learning rate moves over a run: transformers' {@code lr_scheduler_type} and schedules of
 * {@code torch.optim.lr_scheduler}. Each warms up linearly from 0 over {@code warmupSteps} first;
 * all count in optimizer steps, those of PyTorch from the end of the warm-up.
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
   * Is multiplied by a factor again and again, as PyTorch's {@code StepLR}.
   *
   * @param stepSize steps from one time to the next, 1 or more
   * @param gamma the factor, above 0
   */
  record Step(int warmupSteps, int stepSize, double gamma) implements ScheduleConfig {
    /** Checks the ranges. */
    public Step {
      requireWarmup(warmupSteps);
      Settings.require(stepSize >= 1, "step-size", stepSize, "wants 1 step or more");
      requireGamma(gamma);
    }
  }

  /**
   * Is multiplied by a factor at given steps, as PyTorch's {@code MultiStepLR}.
   *
   * @param milestones the steps, ascending from 1 on
   * @param gamma the factor, above 0
   */
  record MultiStep(int warmupSteps, List<Integer> milestones, double gamma)
      implements ScheduleConfig {
    /** Checks the ranges and copies the list. */
    public MultiStep {
      requireWarmup(warmupSteps);
      milestones = List.copyOf(milestones);
      int before = 0;
      for (int milestone : milestones) {
        Settings.require(
            milestone > before, "milestones", milestones, "wants ascending steps, from 1 on");
        before = milestone;
      }
      Settings.require(!milestones.isEmpty(), "milestones", milestones, "wants one step or more");
      requireGamma(gamma);
    }
  }

  /**
   * Follows a cosine down to a lowest rate, as PyTorch's {@code CosineAnnealingLR}.
   *
   * @param tMax steps on the way down; 0: the rest of the run
   * @param etaMin the lowest rate, 0 or more
   */
  record CosineAnnealing(int warmupSteps, int tMax, double etaMin) implements ScheduleConfig {
    /** Checks the ranges. */
    public CosineAnnealing {
      requireWarmup(warmupSteps);
      Settings.require(tMax >= 0, "t-max", tMax, "wants 0 (the rest of the run) or more");
      Settings.require(Settings.isNotNegative(etaMin), "eta-min", etaMin, "wants 0 or more");
    }
  }

  /**
   * Rises along a cosine and falls along another (arXiv:1708.07120), as PyTorch's {@code
   * OneCycleLR} with two phases. It is its own warm-up; momentum stays as it is.
   *
   * @param pctStart share of the run in which the rate rises, in (0, 1)
   * @param divFactor the first rate is the highest divided by this, above 0
   * @param finalDivFactor the last rate is the first divided by this, above 0
   */
  record OneCycle(double pctStart, double divFactor, double finalDivFactor)
      implements ScheduleConfig {
    /** Checks the ranges. */
    public OneCycle {
      Settings.require(pctStart > 0 && pctStart < 1, "pct-start", pctStart, "wants (0, 1)");
      Settings.require(
          Settings.isPositive(divFactor), "div-factor", divFactor, "wants a number above 0");
      Settings.require(
          Settings.isPositive(finalDivFactor),
          "final-div-factor",
          finalDivFactor,
          "wants a number above 0");
    }

    @Override
    public int warmupSteps() {
      return 0;
    }
  }

  /**
   * Reads {@code lr-scheduler-type} (linear, constant, cosine, step, multi-step, cosine-annealing
   * or one-cycle) and the keys of that kind; missing ones have the defaults of transformers or
   * PyTorch.
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
    double gamma = settings.number("gamma", 0.1);
    known.put("step", () -> new Step(warmupSteps, settings.count("step-size", 0), gamma));
    known.put(
        "multi-step",
        () -> new MultiStep(warmupSteps, milestones(settings.text("milestones", "")), gamma));
    known.put(
        "cosine-annealing",
        () ->
            new CosineAnnealing(
                warmupSteps, settings.count("t-max", 0), settings.number("eta-min", 0)));
    known.put(
        "one-cycle",
        () -> {
          Settings.require(
              warmupSteps == 0, "warmup-steps", warmupSteps, "one-cycle is its own warm-up, set 0");
          return new OneCycle(
              settings.number("pct-start", 0.3),
              settings.number("div-factor", 25),
              settings.number("final-div-factor", 1e4));
        });
    return Settings.choose("lr-scheduler-type", settings.text("lr-scheduler-type", "linear"), known)
        .get();
  }

  private static List<Integer> milestones(String text) {
    try {
      return text.isBlank()
          ? List.of()
          : Arrays.stream(text.split(",", -1)).map(String::strip).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "milestones=" + text + ": wants steps separated by commas", e);
    }
  }

  private static void requireGamma(double gamma) {
    Settings.require(Settings.isPositive(gamma), "gamma", gamma, "wants a number above 0");
  }

  private static void requireWarmup(int warmupSteps) {
    Settings.require(warmupSteps >= 0, "warmup-steps", warmupSteps, "wants 0 or more");
  }
}
