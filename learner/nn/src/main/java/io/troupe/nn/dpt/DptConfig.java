package io.troupe.nn.dpt;

import io.troupe.nn.layers.Sizes;
import java.util.List;

/**
 * The shape of a DPT model, with the names of transformers' {@code DPTConfig}.
 *
 * @param imageSize rows and columns of the images, a multiple of {@code patchSize}
 * @param patchSize rows and columns of a patch
 * @param numChannels channels of the images
 * @param hiddenSize features of the backbone, a multiple of {@code numAttentionHeads}
 * @param intermediateSize inner features of its feed-forward blocks
 * @param numHiddenLayers its layers
 * @param numAttentionHeads heads of each layer
 * @param backboneOutIndices the four layers whose results are reassembled, in ascending order
 * @param neckHiddenSizes channels of each of the four grids
 * @param fusionHiddenSize channels of the fused grids
 * @param layerNormEps added to the variance before its root
 */
public record DptConfig(
    int imageSize,
    int patchSize,
    int numChannels,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    List<Integer> backboneOutIndices,
    List<Integer> neckHiddenSizes,
    int fusionHiddenSize,
    double layerNormEps) {
  /** Grids of the neck: four times, twice, once and half as fine as the patches. */
  static final int LEVELS = 4;

  /** Checks that the sizes fit together. */
  public DptConfig {
    backboneOutIndices = List.copyOf(backboneOutIndices);
    neckHiddenSizes = List.copyOf(neckHiddenSizes);
    Sizes.requireMultiple("image_size", imageSize, "patch_size", patchSize);
    Sizes.requireMultiple("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
    if (neckHiddenSizes.size() != LEVELS) {
      throw new IllegalArgumentException(
          "neck_hidden_sizes must be four numbers, got " + neckHiddenSizes);
    }
    requireLayers(backboneOutIndices, numHiddenLayers);
  }

  private static void requireLayers(List<Integer> indices, int layers) {
    boolean ascends = indices.size() == LEVELS;
    for (int i = 0; ascends && i < LEVELS; i++) {
      ascends = indices.get(i) < layers && (i == 0 || indices.get(i) > indices.get(i - 1));
    }
    if (!ascends) {
      throw new IllegalArgumentException(
          "backbone_out_indices must be four ascending layers below num_hidden_layers="
              + layers
              + ", got "
              + indices);
    }
  }

  /** Rows and columns of the grid of patches. */
  int gridSize() {
    return imageSize / patchSize;
  }
}
