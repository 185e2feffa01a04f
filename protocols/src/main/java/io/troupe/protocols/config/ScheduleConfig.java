package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.List;

/**
 * The learning rate over a run: transformers' {@code lr_scheduler_type} and schedules of {@code
 * torch.optim.lr_scheduler}. Each starts with a linear warm-up from 0 over {@code warmupSteps}.
 * Steps are optimizer steps; PyTorch's schedules count from the end of the warm-up.
 */
public sealed interface ScheduleConfig {

  /** Number of optimizer steps in which the rate rises from 0; 0 for no warm-up. */
  int warmupSteps();

  /** Keeps the learning rate constant. */
  record Constant(int warmupSteps) implements ScheduleConfig {
    /** Checks the count. */
    public Constant {
      ScheduleKeys.WARMUP_STEPS.check(warmupSteps);
    }
  }

  /** Decreases the rate linearly to 0 at the end of the run; transformers' default. */
  record Linear(int warmupSteps) implements ScheduleConfig {
    /** Checks the count. */
    public Linear {
      ScheduleKeys.WARMUP_STEPS.check(warmupSteps);
    }
  }

  /**
   * Follows a cosine.
   *
   * @param numCycles number of waves in the run; 0.5 decreases the rate to 0
   */
  record Cosine(int warmupSteps, double numCycles) implements ScheduleConfig {
    /** Checks the ranges. */
    public Cosine {
      ScheduleKeys.WARMUP_STEPS.check(warmupSteps);
      ScheduleKeys.NUM_CYCLES.check(numCycles);
    }
  }

  /**
   * Multiplies the rate by a factor at regular intervals, as PyTorch's {@code StepLR}.
   *
   * @param stepSize interval in steps, 1 or more
   * @param gamma the factor, above 0
   */
  record Step(int warmupSteps, int stepSize, double gamma) implements ScheduleConfig {
    /** Checks the ranges. */
    public Step {
      ScheduleKeys.WARMUP_STEPS.check(warmupSteps);
      ScheduleKeys.STEP_SIZE.check(stepSize);
      ScheduleKeys.GAMMA.check(gamma);
    }
  }

  /**
   * Multiplies the rate by a factor at given steps, as PyTorch's {@code MultiStepLR}.
   *
   * @param milestones the steps, ascending from 1
   * @param gamma the factor, above 0
   */
  record MultiStep(int warmupSteps, List<Integer> milestones, double gamma)
      implements ScheduleConfig {
    /** Checks the ranges and copies the list. */
    public MultiStep {
      ScheduleKeys.WARMUP_STEPS.check(warmupSteps);
      milestones = List.copyOf(milestones);
      ScheduleKeys.MILESTONES.check(milestones);
      ScheduleKeys.GAMMA.check(gamma);
    }
  }

  /**
   * Decreases the rate along a cosine to a minimum, as PyTorch's {@code CosineAnnealingLR}.
   *
   * @param tMax number of steps down to the minimum; 0 for the rest of the run
   * @param etaMin the minimum, 0 or more
   */
  record CosineAnnealing(int warmupSteps, int tMax, double etaMin) implements ScheduleConfig {
    /** Checks the ranges. */
    public CosineAnnealing {
      ScheduleKeys.WARMUP_STEPS.check(warmupSteps);
      ScheduleKeys.T_MAX.check(tMax);
      ScheduleKeys.ETA_MIN.check(etaMin);
    }
  }

  /**
   * Increases the rate along a cosine and decreases it along another (arXiv:1708.07120), as
   * PyTorch's {@code OneCycleLR} with two phases. It has its own warm-up. Unlike in PyTorch,
   * momentum does not change.
   *
   * @param pctStart fraction of the run in which the rate rises, in (0, 1)
   * @param divFactor ratio of the highest to the first rate, above 0
   * @param finalDivFactor ratio of the first to the last rate, above 0
   */
  record OneCycle(double pctStart, double divFactor, double finalDivFactor)
      implements ScheduleConfig {
    /** Checks the ranges. */
    public OneCycle {
      ScheduleKeys.PCT_START.check(pctStart);
      ScheduleKeys.DIV_FACTOR.check(divFactor);
      ScheduleKeys.FINAL_DIV_FACTOR.check(finalDivFactor);
    }

    @Override
    public int warmupSteps() {
      return 0;
    }
  }

  /**
   * Reads the section {@code schedule}; a missing key has the default of transformers or PyTorch.
   *
   * @throws IllegalArgumentException naming the key, if a value has the wrong type or is out of
   *     range
   */
  static ScheduleConfig from(Config config) {
    return ScheduleKeys.LR_SCHEDULER_TYPE.read(config).apply(config);
  }
}
