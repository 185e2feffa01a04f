/**
 * Verifiable rewards, computed from the text and tokens of a completion and the fields of its
 * prompt. {@link io.troupe.reward.Reward} is the interface, {@link io.troupe.reward.Rewards}
 * creates one by name, {@link io.troupe.reward.RewardSum} is a weighted sum of several. Depends on
 * protocols and RE2/J.
 */
package io.troupe.reward;
