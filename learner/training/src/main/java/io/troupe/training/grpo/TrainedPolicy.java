package io.troupe.training.grpo;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;

/**
 * A policy and what trains it.
 *
 * @param reference null when beta is 0
 * @param optimizer made for the policy's parameters
 * @param schedule over all optimizer steps
 */
record TrainedPolicy(
    CausalLM policy,
    CausalLM reference,
    GrpoConfig config,
    Optimizer optimizer,
    LearningRateSchedule schedule) {

  /** Checks that there is a reference model if it is needed. */
  TrainedPolicy {
    if (config.beta() > 0 && reference == null) {
      throw new IllegalArgumentException(
          "beta must be 0 without a reference model, got " + config.beta());
    }
  }
}
