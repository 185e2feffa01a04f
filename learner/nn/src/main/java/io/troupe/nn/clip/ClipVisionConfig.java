package io.troupe.nn.clip;

import io.troupe.nn.layers.Sizes;

/**
 * The image encoder of CLIP.
 *
 * @param encoder the layers
 * @param imageSize rows and columns of the images, a multiple of {@code patchSize}
 * @param patchSize rows and columns of a patch
 * @param numChannels channels of the images
 */
public record ClipVisionConfig(
    ClipEncoderConfig encoder, int imageSize, int patchSize, int numChannels) {
  /** Checks that the sizes fit together. */
  public ClipVisionConfig {
    Sizes.requireMultiple("image_size", imageSize, "patch_size", patchSize);
  }

  /** The number of patches. */
  int numPatches() {
    return (imageSize / patchSize) * (imageSize / patchSize);
  }
}
