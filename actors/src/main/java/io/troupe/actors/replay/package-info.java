/**
 * Repeats a run from its log: sampling, rewards, gradients and optimizer steps, and compares every
 * bit with the records. {@link io.troupe.actors.replay.RunReplay} reads the run directory and goes
 * through the steps; {@link io.troupe.actors.replay.Difference} says what does not agree.
 */
package io.troupe.actors.replay;
