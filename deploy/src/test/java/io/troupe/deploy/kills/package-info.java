/**
 * Trials of clustered runs whose processes are killed and suspended: {@link
 * io.troupe.deploy.kills.KillTrial} is one run, {@link io.troupe.deploy.kills.KillTrials} a program
 * that makes many and prints how long each kill delayed the run.
 */
package io.troupe.deploy.kills;
