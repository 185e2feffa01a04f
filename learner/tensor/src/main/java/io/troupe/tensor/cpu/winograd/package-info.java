/**
 * 3x3 convolutions by Winograd's transform F(2x2, 3x3). {@link
 * io.troupe.tensor.cpu.winograd.WinogradProduct} computes the convolution, {@link
 * io.troupe.tensor.cpu.winograd.WinogradWeightGrad} the gradient of its weight.
 */
package io.troupe.tensor.cpu.winograd;
