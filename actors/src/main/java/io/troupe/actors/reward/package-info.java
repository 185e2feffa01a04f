/**
 * Scores samples without trusting rewards to return: each sample has a deadline, and a thread that
 * hangs is left behind. {@link io.troupe.actors.reward.RewardActor} scores the groups of a run,
 * {@link io.troupe.actors.reward.DeadlineScorer} the answers of an evaluation.
 */
package io.troupe.actors.reward;
