/**
 * The event-driven core of a rollout node in a clustered run. {@link
 * io.troupe.actors.cluster.rollout.DecodingWork} is what it needs of models and threads.
 */
package io.troupe.actors.cluster.rollout;
