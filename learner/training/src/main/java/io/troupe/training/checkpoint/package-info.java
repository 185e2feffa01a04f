/**
 * Checkpoints of a run: everything that a run needs to go on as if it had never stopped. Read
 * {@link io.troupe.training.checkpoint.RunCheckpoints} first, which writes and finds them; {@link
 * io.troupe.training.checkpoint.RunState} is what the actors fill in. Weights and optimizer state
 * are safetensors, the rest is JSON.
 */
package io.troupe.training.checkpoint;
