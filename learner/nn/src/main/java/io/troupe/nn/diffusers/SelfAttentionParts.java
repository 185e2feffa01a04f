package io.troupe.nn.diffusers;

import io.troupe.nn.layers.AvgPool2d;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Upsample;

/** The parts of a network without text. */
record SelfAttentionParts(UNet2DConfig config) implements BlockParts {
  @Override
  public ResnetOptions resnets() {
    return config.resnets();
  }

  @Override
  public BlockAttention attention(String type, int level, int channels, Initializer initializer) {
    return isOfAttention(type)
        ? attention(channels, config.resnets().norm(channels, initializer), initializer)
        : null;
  }

  /** In the middle there is no norm if the time scales and shifts, as in diffusers. */
  @Override
  public BlockAttention middleAttention(int channels, Initializer initializer) {
    if (!config.hasMiddleAttention()) {
      return null;
    }
    GroupNorm norm = config.scaleShift() ? null : config.resnets().norm(channels, initializer);
    return attention(channels, norm, initializer);
  }

  private BlockAttention attention(int channels, GroupNorm norm, Initializer initializer) {
    if (channels % config.headDim() != 0) {
      throw new IllegalArgumentException(
          "block_out_channels of levels with attention must be multiples of attention_head_dim=%d,"
                  .formatted(config.headDim())
              + " got "
              + channels);
    }
    return new SelfAttention2D(channels, channels / config.headDim(), norm, initializer);
  }

  private static boolean isOfAttention(String type) {
    return type.equals(UNet2DConfig.ATTENTION_DOWN) || type.equals(UNet2DConfig.ATTENTION_UP);
  }

  @Override
  public Resampler downsampler(String type, int channels, Initializer initializer) {
    return isOfAttention(type) && config.resamplesInResnets()
        ? new ResnetBlock2D(channels, channels, config.resnets(), AvgPool2d.of(2), initializer)
        : new Downsample2D(channels, 1, initializer);
  }

  @Override
  public Resampler upsampler(String type, int channels, Initializer initializer) {
    return isOfAttention(type) && config.resamplesInResnets()
        ? new ResnetBlock2D(channels, channels, config.resnets(), Upsample.nearest(2), initializer)
        : new Upsample2D(channels, initializer);
  }
}
