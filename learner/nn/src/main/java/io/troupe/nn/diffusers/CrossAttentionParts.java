package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Initializer;

/** The parts of a network with attention to a text. */
record CrossAttentionParts(UNet2DConditionConfig config) implements BlockParts {
  @Override
  public ResnetOptions resnets() {
    return config.resnets();
  }

  @Override
  public BlockAttention attention(String type, int level, int channels, Initializer initializer) {
    return config.hasAttention(type) ? attention(level, channels, initializer) : null;
  }

  @Override
  public BlockAttention middleAttention(int channels, Initializer initializer) {
    return attention(config.channels().size() - 1, channels, initializer);
  }

  private BlockAttention attention(int level, int channels, Initializer initializer) {
    return new Transformer2D(
        channels,
        config.numHeads().get(level),
        config.transformerLayers().get(level),
        config.crossAttentionDim(),
        config.linearProjection(),
        config.numGroups(),
        initializer);
  }

  @Override
  public Resampler downsampler(String type, int channels, Initializer initializer) {
    return new Downsample2D(channels, 1, initializer);
  }

  @Override
  public Resampler upsampler(String type, int channels, Initializer initializer) {
    return new Upsample2D(channels, initializer);
  }
}
