/**
 * Checkpoints on disk, independent of the algorithm that is trained: {@link
 * io.troupe.training.checkpoint.Checkpoints} writes, verifies and finds them, {@link
 * io.troupe.training.checkpoint.StateFile} reads and writes the state of a run as JSON. The
 * algorithm decides which files a checkpoint contains, such as weights and optimizer state in
 * safetensors.
 */
package io.troupe.training.checkpoint;
