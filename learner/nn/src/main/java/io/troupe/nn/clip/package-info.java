/**
 * CLIP (arXiv:2103.00020): one space for images and texts, with the names of transformers. The text
 * encoder is also that of latent diffusion models. Start with {@link io.troupe.nn.clip.ClipConfig},
 * then {@link io.troupe.nn.clip.ClipModel}.
 */
package io.troupe.nn.clip;
