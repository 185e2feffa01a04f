/**
 * The networks of latent diffusion with the names, settings and numbers of diffusers: {@link
 * io.troupe.nn.diffusers.UNet2DConditionModel} denoises with cross-attention to a text, {@link
 * io.troupe.nn.diffusers.UNet2DModel} without, and {@link io.troupe.nn.diffusers.AutoencoderKL}
 * maps between images and latents. They are composed of the same blocks of residual layers,
 * attention and resampling; read {@link io.troupe.nn.diffusers.ResnetBlock2D} first. Settings that
 * are not supported are rejected by name.
 */
package io.troupe.nn.diffusers;
