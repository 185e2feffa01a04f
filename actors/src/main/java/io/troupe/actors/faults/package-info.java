/**
 * Seeded simulation of a cluster with fault injection: the real coordinator, log, learner, rollout
 * and reward cores run in virtual time over a simulated network and disk. Start at {@link
 * io.troupe.actors.faults.FaultSimulation}, which simulates one seed; {@link
 * io.troupe.actors.faults.FaultRuns} simulates many.
 */
package io.troupe.actors.faults;
