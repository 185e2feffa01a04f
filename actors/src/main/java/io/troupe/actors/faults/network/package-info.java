/**
 * The simulated network: {@link io.troupe.actors.faults.network.SimulatedNetwork} carries frames
 * between nodes and loses, delays, duplicates, reorders, corrupts and blocks them. Uses virtual
 * time and the fault counters.
 */
package io.troupe.actors.faults.network;
