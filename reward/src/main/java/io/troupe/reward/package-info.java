/**
 * Verifiable rewards: what a completion is worth, computed from its text, its tokens and its
 * prompt's fields. {@link io.troupe.reward.Reward} is the interface, {@link
 * io.troupe.reward.Rewards} finds one by name, {@link io.troupe.reward.RewardSum} adds several up.
 * Depends on protocols alone.
 */
package io.troupe.reward;
