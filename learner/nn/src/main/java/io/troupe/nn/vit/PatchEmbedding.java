package io.troupe.nn.vit;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.Tensor;

/** Cuts images into patches and projects each, as timm's {@code PatchEmbed}. */
final class PatchEmbedding extends Module implements Layer {
  private final Conv2d proj;

  PatchEmbedding(ViTConfig config, Initializer initializer) {
    this.proj =
        child(
            "proj",
            Conv2d.of(
                config.inChannels(),
                config.embedDim(),
                ConvOptions.kernelSize(config.patchSize()).withStride(config.patchSize()),
                initializer));
  }

  /** (batch, channels, height, width) to (batch, patches, embedDim). */
  @Override
  public Tensor forward(Tensor images) {
    Tensor grid = proj.forward(images); // (batch, embedDim, gridSize, gridSize)
    return grid.reshape(grid.size(0), grid.size(1), grid.size(2) * grid.size(3)).transpose(1, 2);
  }
}
