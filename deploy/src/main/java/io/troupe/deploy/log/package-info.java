/**
 * Where log lines go: all of them into the run's {@code log.txt}, warnings to the terminal too.
 * {@link io.troupe.deploy.log.RunLog} opens and closes the log of a run.
 */
package io.troupe.deploy.log;
