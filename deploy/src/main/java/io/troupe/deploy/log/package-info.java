/**
 * Log output: all lines go to the run's {@code log.txt}, and warnings also to the terminal. {@link
 * io.troupe.deploy.log.RunLog} opens and closes the log of a run. A service logs to standard error.
 */
package io.troupe.deploy.log;
