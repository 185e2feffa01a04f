/**
 * The kinds of faults that a simulation injects ({@link io.troupe.actors.faults.fault.FaultKind}),
 * and the counters that show their effects ({@link io.troupe.actors.faults.fault.Witnesses}).
 */
package io.troupe.actors.faults.fault;
