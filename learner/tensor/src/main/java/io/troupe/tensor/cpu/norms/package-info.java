/**
 * Layer, RMS, batch and group normalization with their gradients. Read {@link
 * io.troupe.tensor.cpu.norms.CpuNorms} and {@link io.troupe.tensor.cpu.norms.CpuChannelNorms}
 * first.
 */
package io.troupe.tensor.cpu.norms;
