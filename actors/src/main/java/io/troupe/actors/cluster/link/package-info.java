/**
 * The common part of rollout, reward and learner cores, {@link
 * io.troupe.actors.cluster.link.WorkerCore}. {@link io.troupe.actors.cluster.link.CoordinatorLink}
 * finds the coordinator and rejects older ones, {@link io.troupe.actors.cluster.link.ClockGaps}
 * notices that the process was paused.
 */
package io.troupe.actors.cluster.link;
