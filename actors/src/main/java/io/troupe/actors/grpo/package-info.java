/**
 * GRPO runs: {@link io.troupe.actors.grpo.GrpoAlgorithm} trains a language model, and {@link
 * io.troupe.actors.grpo.GrpoAttempt} shows the order of its phases. Inputs, state, checkpoints,
 * evaluation and summary of such a run are here too.
 */
package io.troupe.actors.grpo;
