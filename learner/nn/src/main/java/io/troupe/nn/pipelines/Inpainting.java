package io.troupe.nn.pipelines;

import io.troupe.tensor.Tensor;

/**
 * What is known of images that are repainted in part.
 *
 * @param latents of the images, scaled for diffusion
 * @param noise that the known part has on the way, same shape
 * @param mask (batch or 1, 1, height, width) of the latents: 1 is repainted
 * @param maskedLatents of the images without the repainted part; null for networks that do not read
 *     them
 */
record Inpainting(Tensor latents, Tensor noise, Tensor mask, Tensor maskedLatents) {
  /** The known part of one sample and the repainted part of another. */
  Tensor blend(Tensor known, Tensor repainted) {
    return known.mul(mask.mul(-1).add(1)).add(repainted.mul(mask));
  }
}
