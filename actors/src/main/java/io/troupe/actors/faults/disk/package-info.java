/**
 * The simulated disk: {@link io.troupe.actors.faults.disk.SimulatedStorage} belongs to a node and
 * survives its processes; the log sees it as an {@link io.troupe.log.disk.Disk}. It can be slow and
 * full, and a loss of power undoes unsynced changes.
 */
package io.troupe.actors.faults.disk;
