/**
 * Log-probabilities of tokens and their gradient. Read {@link
 * io.troupe.tensor.cpu.losses.CpuLosses} first; {@link io.troupe.tensor.cpu.losses.LogitBlocks}
 * divides the work, {@link io.troupe.tensor.cpu.losses.LogitLoops} are the loops.
 */
package io.troupe.tensor.cpu.losses;
