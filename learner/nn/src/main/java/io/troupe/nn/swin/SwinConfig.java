package io.troupe.nn.swin;

import java.util.List;

/**
 * The shape of a Swin transformer.
 *
 * @param patchSize rows and columns of a patch
 * @param inChannels channels of the images
 * @param numClasses number of classes
 * @param embedDim features of a patch in the first stage; doubled from stage to stage
 * @param depths number of blocks of each stage
 * @param numHeads heads of each stage, which divide its features
 * @param windowSize rows and columns of a window
 * @param mlpRatio inner features of the feed-forward blocks, relative to the features of the stage
 * @param dropPath probability that the last block is skipped for an example in training; increases
 *     linearly from 0 at the first block ({@code stochastic_depth_prob}, 0.2 in {@code swin_t})
 */
public record SwinConfig(
    int patchSize,
    int inChannels,
    int numClasses,
    int embedDim,
    List<Integer> depths,
    List<Integer> numHeads,
    int windowSize,
    double mlpRatio,
    double dropPath) {
  /** Checks that the sizes fit together. */
  public SwinConfig {
    depths = List.copyOf(depths);
    numHeads = List.copyOf(numHeads);
    if (depths.size() != numHeads.size()) {
      throw new IllegalArgumentException(
          "num_heads must have one number per stage, as depths=" + depths + ", got " + numHeads);
    }
    for (int stage = 0; stage < numHeads.size(); stage++) {
      int features = embedDim << stage;
      if (features % numHeads.get(stage) != 0) {
        throw new IllegalArgumentException(
            "num_heads of stage "
                + stage
                + " must divide its "
                + features
                + " features, got "
                + numHeads.get(stage));
      }
    }
  }

  /** The features of a stage. */
  int features(int stage) {
    return embedDim << stage;
  }

  /** The number of blocks of all stages. */
  int numBlocks() {
    return depths.stream().mapToInt(Integer::intValue).sum();
  }
}
