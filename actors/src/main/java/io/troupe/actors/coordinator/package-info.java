/**
 * Hands out groups and keeps the books. {@link io.troupe.actors.coordinator.GroupLedger} says where
 * every group is and that each ends once; {@link io.troupe.actors.coordinator.Coordinator} is the
 * actor around it, which also starts the rollout actors and replaces those that die.
 */
package io.troupe.actors.coordinator;
