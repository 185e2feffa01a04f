package io.troupe.nn.clip;

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
    if (imageSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "image_size must be a multiple of patch_size=" + patchSize + ", got " + imageSize);
    }
  }

  /** The number of patches. */
  int numPatches() {
    return (imageSize / patchSize) * (imageSize / patchSize);
  }
}
