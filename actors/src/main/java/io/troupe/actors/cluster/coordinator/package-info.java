/**
 * The coordinator of a clustered run, which issues groups and appends to the experience log. {@link
 * io.troupe.actors.cluster.coordinator.CoordinatorCore} takes and keeps the lead; {@link
 * io.troupe.actors.cluster.coordinator.Leadership} does the work of one epoch.
 */
package io.troupe.actors.cluster.coordinator;
