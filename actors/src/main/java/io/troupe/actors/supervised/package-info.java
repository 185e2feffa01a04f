/**
 * Supervised runs: {@link io.troupe.actors.supervised.SupervisedRun} starts and resumes them. The
 * learner actor, the run folder and the deadlines are those of GRPO; batches come from a Pekko
 * stream instead of a coordinator.
 */
package io.troupe.actors.supervised;
