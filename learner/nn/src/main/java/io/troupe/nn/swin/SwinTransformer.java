package io.troupe.nn.swin;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The Swin transformer (arXiv:2103.14030): attention in windows that are shifted in every second
 * block, and stages of decreasing resolution. Names and initial values of torchvision's {@code
 * swin_t}. Images may have any size from one patch on.
 */
public final class SwinTransformer extends Module implements Layer {
  static final double RANGE = 0.02;
  private static final double EPS = 1e-5;

  private final Conv2d patches;
  private final LayerNorm patchNorm;
  private final List<Stage> stages = new ArrayList<>();
  private final LayerNorm norm;
  private final Linear head;
  private final int window;

  /** The blocks of one resolution, and the halving before them; null in the first stage. */
  private record Stage(PatchMerging merging, List<SwinBlock> blocks) {}

  /** A transformer with torchvision's initial values. */
  public SwinTransformer(SwinConfig config, Initializer initializer) {
    this.window = config.windowSize();
    ConvOptions cut = ConvOptions.kernelSize(config.patchSize()).withStride(config.patchSize());
    this.patches =
        child("features.0.0", Conv2d.of(config.inChannels(), config.embedDim(), cut, initializer));
    this.patchNorm = child("features.0.2", norm(config.embedDim(), initializer));
    int index = 0;
    for (int stage = 0; stage < config.depths().size(); stage++) {
      PatchMerging merging =
          stage == 0
              ? null
              : child(
                  "features." + 2 * stage,
                  new PatchMerging(config.features(stage - 1), initializer));
      List<SwinBlock> blocks = new ArrayList<>();
      for (int block = 0; block < config.depths().get(stage); block++) {
        double drop = config.dropPath() * index++ / Math.max(1, config.numBlocks() - 1);
        blocks.add(
            child(
                "features." + (2 * stage + 1) + "." + block,
                new SwinBlock(config, stage, block % 2 == 1, drop, initializer)));
      }
      stages.add(new Stage(merging, blocks));
    }
    int features = config.features(config.depths().size() - 1);
    this.norm = child("norm", norm(features, initializer));
    this.head =
        child("head", Linear.normal(features, config.numClasses(), true, RANGE, initializer));
  }

  static LayerNorm norm(int features, Initializer initializer) {
    return new LayerNorm(features, EPS, initializer);
  }

  /** (batch, channels, height, width) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor images) {
    return head.forward(features(images));
  }

  /** (batch, channels, height, width) to the input of the classifier, (batch, features). */
  public Tensor features(Tensor images) {
    Tensor x = patchNorm.forward(patches.forward(images).permute(0, 2, 3, 1));
    for (Stage stage : stages) {
      if (stage.merging() != null) {
        x = stage.merging().forward(x);
      }
      for (SwinBlock block : stage.blocks()) {
        x = block.forward(x, window);
      }
    }
    Tensor normed = norm.forward(x); // (batch, height, width, features)
    return normed.reshape(x.size(0), x.size(1) * x.size(2), x.size(3)).mean(1);
  }
}
