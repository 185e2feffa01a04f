package io.troupe.training.supervised;

import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.training.schedule.LearningRateSchedule;

/**
 * The settings of training steps.
 *
 * @param seed of everything random in a step, such as dropout
 * @param optimizer settings of the optimizer
 * @param schedule the learning rate of each step
 * @param emaDecay of the running average of the weights that is evaluated and kept; 0 for none
 */
public record TrainerConfig(
    long seed, OptimizerConfig optimizer, LearningRateSchedule schedule, double emaDecay) {}
