/**
 * Issues groups and tracks them until they are trained. {@link
 * io.troupe.actors.coordinator.Coordinator} is the actor, which also starts rollout actors and
 * replaces those that fail; {@link io.troupe.actors.coordinator.Ledger} is the record of all groups
 * between two steps.
 */
package io.troupe.actors.coordinator;
