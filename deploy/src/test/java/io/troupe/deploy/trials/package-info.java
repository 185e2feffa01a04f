/**
 * The shared parts of trials of clustered runs: {@link io.troupe.deploy.trials.TrialSetup} is the
 * cluster, {@link io.troupe.deploy.trials.Commits} follows its log, and {@link
 * io.troupe.deploy.trials.TrialResult} has the invariants and the time without progress.
 */
package io.troupe.deploy.trials;
