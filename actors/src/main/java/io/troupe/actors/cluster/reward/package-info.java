/**
 * The event-driven core of a reward node in a clustered run. {@link
 * io.troupe.actors.cluster.reward.ScoringWork} is what it needs of rewards and threads.
 */
package io.troupe.actors.cluster.reward;
