/**
 * CycleGAN (arXiv:1703.10593): translation between two domains of images that are learned without
 * pairs. {@link io.troupe.nn.cyclegan.CycleGan} has the four networks, {@link
 * io.troupe.nn.cyclegan.Generator} and {@link io.troupe.nn.cyclegan.Discriminator} are their
 * architectures. Depends on layers; read {@link io.troupe.nn.cyclegan.CycleGan} first.
 */
package io.troupe.nn.cyclegan;
