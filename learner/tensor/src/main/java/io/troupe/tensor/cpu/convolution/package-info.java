/**
 * Convolutions and their gradients. {@link io.troupe.tensor.cpu.convolution.CpuConvolutions}
 * selects the algorithm by shape: a matrix product over windows, a direct product, or Winograd's
 * transform.
 */
package io.troupe.tensor.cpu.convolution;
