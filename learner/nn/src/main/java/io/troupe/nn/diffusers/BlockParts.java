package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Initializer;

/** Creates the parts in which the levels of networks differ. */
interface BlockParts {
  /** What all residual blocks share. */
  ResnetOptions resnets();

  /**
   * The attention of a level, or null for none.
   *
   * @param type of the level, such as {@code CrossAttnDownBlock2D}
   * @param level index of the level from the top
   * @param channels of the level
   */
  BlockAttention attention(String type, int level, int channels, Initializer initializer);

  /** The attention between the smallest images, or null for none. */
  BlockAttention middleAttention(int channels, Initializer initializer);

  /** The layer that halves images after a level. */
  Resampler downsampler(String type, int channels, Initializer initializer);

  /** The layer that doubles images after a level. */
  Resampler upsampler(String type, int channels, Initializer initializer);
}
