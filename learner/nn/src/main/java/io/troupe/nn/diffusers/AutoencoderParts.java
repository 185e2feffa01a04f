package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Initializer;

/** The parts of encoder and decoder. */
record AutoencoderParts(AutoencoderConfig config) implements BlockParts {
  @Override
  public ResnetOptions resnets() {
    return config.resnets();
  }

  @Override
  public BlockAttention attention(String type, int level, int channels, Initializer initializer) {
    return null;
  }

  /** Attention with one head. */
  @Override
  public BlockAttention middleAttention(int channels, Initializer initializer) {
    return config.hasMiddleAttention()
        ? new SelfAttention2D(channels, 1, resnets().norm(channels, initializer), initializer)
        : null;
  }

  @Override
  public Resampler downsampler(String type, int channels, Initializer initializer) {
    return new Downsample2D(channels, 0, initializer);
  }

  @Override
  public Resampler upsampler(String type, int channels, Initializer initializer) {
    return new Upsample2D(channels, initializer);
  }
}
