/**
 * The memory layout of images for convolution and pooling: padded images, the windows of a
 * convolution as matrix columns, and the gradients of windows as panels. Read {@link
 * io.troupe.tensor.cpu.images.ConvolutionShape} first.
 */
package io.troupe.tensor.cpu.images;
