/**
 * Models that draw images: {@link io.troupe.nn.generative.Diffusion} (DDPM and DDIM) and {@link
 * io.troupe.nn.generative.FlowMatching} over one U-Net. What they learn from is an {@link
 * io.troupe.nn.generative.UnsupervisedLoss}, what they draw comes from an {@link
 * io.troupe.nn.generative.ImageSampler}.
 */
package io.troupe.nn.generative;
