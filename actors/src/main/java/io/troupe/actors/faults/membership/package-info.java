/**
 * The simulated cluster membership: {@link io.troupe.actors.faults.membership.SimulatedMembership}
 * decides which node runs the coordinator, with the delays and overlaps that were measured with
 * Pekko Cluster.
 */
package io.troupe.actors.faults.membership;
