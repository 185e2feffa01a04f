package io.troupe.actors.run;

/**
 * What a run provides to its attempts.
 *
 * @param directory of the run
 * @param listener receives the events of the run
 * @param clock measures the wall time of the run
 */
public record RunContext(RunDirectory directory, RunListener listener, RunClock clock) {}
