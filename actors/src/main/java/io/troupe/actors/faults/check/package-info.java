/**
 * The laws that a simulation checks at every moment ({@link
 * io.troupe.actors.faults.check.Invariant}); {@link io.troupe.actors.faults.check.Checks} counts
 * the checks and reports the first violation.
 */
package io.troupe.actors.faults.check;
