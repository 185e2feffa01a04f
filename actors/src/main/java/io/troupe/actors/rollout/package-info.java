/**
 * Rollout actors: each decodes groups with its own copy of the policy. {@link
 * io.troupe.actors.rollout.RolloutActor} talks to the coordinator and never blocks; {@link
 * io.troupe.actors.rollout.GroupDecoder} does the work on a thread of its own, a slice at a time.
 */
package io.troupe.actors.rollout;
