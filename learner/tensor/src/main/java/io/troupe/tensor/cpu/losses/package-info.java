/**
 * Log-probabilities of tokens and their gradient. Read {@link
 * io.troupe.tensor.cpu.losses.CpuLosses} first.
 */
package io.troupe.tensor.cpu.losses;
