package io.troupe.nn.vit;

import io.troupe.nn.layers.Sizes;

/**
 * The shape of a vision transformer.
 *
 * @param imageSize rows and columns of the images, a multiple of {@code patchSize}
 * @param patchSize rows and columns of a patch
 * @param inChannels channels of the images
 * @param numClasses number of classes
 * @param embedDim features of a patch, a multiple of {@code numHeads}; of 4 with sinusoidal
 *     positions
 * @param depth number of layers
 * @param numHeads heads of each layer
 * @param mlpRatio inner features of the feed-forward blocks, relative to {@code embedDim}
 * @param positions how the places of patches are known
 * @param pooling what the classifier reads
 */
public record ViTConfig(
    int imageSize,
    int patchSize,
    int inChannels,
    int numClasses,
    int embedDim,
    int depth,
    int numHeads,
    double mlpRatio,
    Positions positions,
    Pooling pooling) {
  /** Checks that the sizes fit together. */
  public ViTConfig {
    Sizes.requireMultiple("image_size", imageSize, "patch_size", patchSize);
    Sizes.requireMultiple("embed_dim", embedDim, "num_heads", numHeads);
    if (positions == Positions.SINUSOIDAL && embedDim % 4 != 0) {
      throw new IllegalArgumentException(
          "embed_dim must be a multiple of 4 with positions=sinusoidal, got " + embedDim);
    }
  }

  /** Rows and columns of the grid of patches. */
  public int gridSize() {
    return imageSize / patchSize;
  }

  /** The number of patches. */
  public int numPatches() {
    return gridSize() * gridSize();
  }

  /** Inner features of the feed-forward blocks. */
  public int innerDim() {
    return (int) (embedDim * mlpRatio);
  }
}
