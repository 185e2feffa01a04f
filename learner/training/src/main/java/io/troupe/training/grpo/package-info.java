/**
 * Group relative policy optimization (DeepSeekMath, arXiv:2402.03300) with TRL's names, defaults
 * and numbers. {@link io.troupe.training.grpo.GrpoTrainer} takes scored groups and moves the
 * policy; {@link io.troupe.training.grpo.GrpoObjective} is the loss as a pure function of
 * log-probabilities, {@link io.troupe.training.grpo.Advantages} what rewards become.
 */
package io.troupe.training.grpo;
