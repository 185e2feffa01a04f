/**
 * Group relative policy optimization (DeepSeekMath, arXiv:2402.03300) with TRL's names, defaults
 * and numbers. {@link io.troupe.training.grpo.GrpoTrainer} trains a policy on scored groups; {@link
 * io.troupe.training.grpo.GrpoObjective} is the loss as a pure function of log-probabilities, and
 * {@link io.troupe.training.grpo.Advantages} are computed from rewards.
 */
package io.troupe.training.grpo;
