/**
 * What the cores of rollout, reward and learner nodes have in common: {@link
 * io.troupe.actors.cluster.link.CoordinatorLink} finds the coordinator and rejects older ones,
 * {@link io.troupe.actors.cluster.link.ClockGaps} notices that the process was paused.
 */
package io.troupe.actors.cluster.link;
