/**
 * Pipelines of latent diffusion: from texts to images, from images to images, and repainting of a
 * part, with the numbers of diffusers. {@link io.troupe.nn.pipelines.LatentDiffusion} has the
 * steps; read it first. Random numbers come from the caller.
 */
package io.troupe.nn.pipelines;
