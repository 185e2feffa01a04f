package io.troupe.nn.schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.lm.ConfigJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerJsonTest {
  private static NoiseScheduler read(String name, String keys) {
    String more = keys.isEmpty() ? "" : ", " + keys;
    return SchedulerJson.read(ConfigJson.parse("{\"_class_name\": \"" + name + "\"" + more + "}"));
  }

  @Test
  void unknownSchedulersAreRejectedByName() {
    assertThatThrownBy(() -> read("HeunDiscreteScheduler", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "_class_name of a scheduler must be one of DDPMScheduler, DDIMScheduler, PNDMScheduler,"
                + " EulerDiscreteScheduler, EulerAncestralDiscreteScheduler,"
                + " DPMSolverMultistepScheduler, FlowMatchEulerDiscreteScheduler, got"
                + " \"HeunDiscreteScheduler\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DDPMScheduler|\"variance_type\": \"learned_range\"|variance_type must be one of",
        "DDIMScheduler|\"beta_schedule\": \"laplace\"|beta_schedule must be one of linear",
        "PNDMScheduler|\"prediction_type\": \"sample\"|prediction_type of PNDMScheduler must be",
        "EulerDiscreteScheduler|\"timestep_spacing\": \"even\"|timestep_spacing must be one of",
        "DPMSolverMultistepScheduler|\"algorithm_type\": \"dpmsolver\"|final_sigmas_type must be",
        "DDIMScheduler|\"steps_offset\": 0.5|steps_offset must be an integer, at least 0, got 0.5",
        "DPMSolverMultistepScheduler|\"solver_order\": 4|solver_order must be from 1 to 3",
        "EulerDiscreteScheduler|\"use_karras_sigmas\": true, \"use_beta_sigmas\": true|only one of",
        "DDIMScheduler|\"trained_betas\": [0.1]|trained_betas must have num_train_timesteps=1000"
      })
  void settingsThatAreNotSupportedAreRejectedByName(String name, String keys, String message) {
    assertThatThrownBy(() -> read(name, keys))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void rejectsMoreStepsThanTimesteps() {
    NoiseScheduler scheduler = read("DDIMScheduler", "\"num_train_timesteps\": 50");
    assertThatThrownBy(() -> scheduler.denoising(51))
        .hasMessage("num_inference_steps must be from 1 to num_train_timesteps=50, got 51");
  }

  @Test
  void quantilesOfTheBetaDistributionInvertIt() {
    BetaDistribution uniform = new BetaDistribution(1);
    assertThat(uniform.quantile(0.3)).isCloseTo(0.3, within(1e-12));
    assertThat(new BetaDistribution(0.5).quantile(0.25))
        .as("the arcsine distribution")
        .isCloseTo(Math.pow(Math.sin(Math.PI / 8), 2), within(1e-12));
    assertThat(new BetaDistribution(2).quantile(0.104))
        .as("3 x^2 - 2 x^3")
        .isCloseTo(0.2, within(1e-12));
  }
}
