/**
 * Models that learn from images themselves: {@link io.troupe.nn.generative.Diffusion} (DDPM and
 * DDIM) and {@link io.troupe.nn.generative.FlowMatching} over one U-Net, the {@link
 * io.troupe.nn.generative.Vae} and the {@link io.troupe.nn.generative.Autoencoder}. What they learn
 * from is an {@link io.troupe.nn.generative.UnsupervisedLoss}, what they draw comes from an {@link
 * io.troupe.nn.generative.ImageSampler}; {@link io.troupe.nn.generative.GenerativeModel} gives both
 * for a model of the catalog.
 */
package io.troupe.nn.generative;
