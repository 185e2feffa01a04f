/**
 * Scores samples with a deadline for each, so that a reward that does not return cannot block the
 * run. {@link io.troupe.actors.reward.RewardActor} scores the groups of a run, {@link
 * io.troupe.actors.reward.DeadlineScorer} the answers of an evaluation.
 */
package io.troupe.actors.reward;
