/**
 * Models of images: autoencoders, diffusion and flow matching. A model is trained with an {@link
 * io.troupe.nn.generative.UnsupervisedLoss} and samples with an {@link
 * io.troupe.nn.generative.ImageSampler}. Samples are functions of a seed, an index and a label.
 * Read {@link io.troupe.nn.generative.Diffusion} first.
 */
package io.troupe.nn.generative;
