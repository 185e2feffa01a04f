/**
 * The simulated nodes: {@link io.troupe.actors.faults.cluster.SimulatedCluster} starts, kills and
 * restarts their processes, {@link io.troupe.actors.faults.cluster.SimulatedEnvironment} connects
 * cores to virtual time and network, and {@link io.troupe.actors.faults.cluster.FaultInjector}
 * carries out a fault plan.
 */
package io.troupe.actors.faults.cluster;
