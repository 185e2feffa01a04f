package io.troupe.actors.run;

/**
 * The objects that all attempts of a run share.
 *
 * @param directory the run directory
 * @param listener receives the events of the run
 * @param clock measures the wall time of the run
 */
public record RunContext(RunDirectory directory, RunListener listener, RunClock clock) {}
