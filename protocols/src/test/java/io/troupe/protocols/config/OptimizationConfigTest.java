package io.troupe.protocols.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizationConfigTest {
  private static ScheduleConfig schedule(String keys) {
    return ScheduleConfig.from(ConfigFactory.parseString(keys));
  }

  private static WeightDecayOn decayOn(String keys) {
    return OptimizerConfig.from(ConfigFactory.parseString(keys)).weightDecayOn();
  }

  @Test
  void schedulesOfPyTorchAreRead() {
    assertThat(schedule("lr-scheduler-type = step, step-size = 30, warmup-steps = 5"))
        .isEqualTo(new ScheduleConfig.Step(5, 30, 0.1));
    assertThat(schedule("lr-scheduler-type = multi-step, milestones = \"30, 60\", gamma = 0.5"))
        .isEqualTo(new ScheduleConfig.MultiStep(0, List.of(30, 60), 0.5));
    assertThat(schedule("lr-scheduler-type = cosine-annealing, eta-min = 1e-5"))
        .isEqualTo(new ScheduleConfig.CosineAnnealing(0, 0, 1e-5));
    assertThat(schedule("lr-scheduler-type = one-cycle, pct-start = 0.2"))
        .isEqualTo(new ScheduleConfig.OneCycle(0.2, 25, 1e4));
  }

  @Test
  void schedulesOutOfRangeAreRejected() {
    assertThatThrownBy(() -> schedule("lr-scheduler-type = step"))
        .hasMessage("step-size must be >= 1, got 0");
    assertThatThrownBy(() -> schedule("lr-scheduler-type = multi-step, milestones = \"60,30\""))
        .hasMessage("milestones must be one or more ascending steps, from 1, got 60,30");
    assertThatThrownBy(() -> schedule("lr-scheduler-type = multi-step, milestones = \"3,x\""))
        .hasMessage("milestones must be whole numbers, such as 1,8,8, got 3,x");
    assertThatThrownBy(() -> schedule("lr-scheduler-type = one-cycle, warmup-steps = 3"))
        .hasMessage("warmup-steps must be 0 for one-cycle, which has its own warm-up, got 3");
  }

  @Test
  void weightDecayAppliesToTheSelectedParameters() {
    assertThat(decayOn("")).isEqualTo(new WeightDecayOn.Matrices());
    assertThat(decayOn("optim = sgd, weight-decay-on = all")).isEqualTo(new WeightDecayOn.All());
    assertThat(decayOn("optim = adam, weight-decay-on = \"conv1., fc\""))
        .isEqualTo(new WeightDecayOn.Named(List.of("conv1.", "fc")));
    assertThatThrownBy(() -> decayOn("weight-decay-on = \"conv1.,\""))
        .hasMessage(
            "weight-decay-on must be matrices, all, or prefixes of parameter names, separated by"
                + " commas, got conv1.,");
  }
}
