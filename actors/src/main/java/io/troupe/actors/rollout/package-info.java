/**
 * Rollout actors, each of which decodes groups with its own copy of the policy. {@link
 * io.troupe.actors.rollout.RolloutActor} communicates with the coordinator and never blocks; {@link
 * io.troupe.actors.rollout.GroupDecoder} does the work on a separate thread, slice by slice.
 */
package io.troupe.actors.rollout;
