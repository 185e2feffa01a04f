package io.troupe.nn.vision;

import java.util.Locale;

/**
 * The sizes of a {@link UNet}.
 *
 * @param inChannels channels of the images
 * @param outChannels channels of the output
 * @param base channels of the first level; each level below has twice as many
 * @param depth number of times that images are halved, from 1 to 6
 * @param norm of the blocks
 */
public record UNetConfig(int inChannels, int outChannels, int base, int depth, Norm norm) {

  /** The normalization of the channels. */
  public enum Norm {
    /** Over the batch. */
    BATCH,
    /** Over eighths of the channels of each image. */
    GROUP;

    /** The number of groups. */
    static final int NUM_GROUPS = 8;

    /** The norm that a setting names: {@code batch} or {@code group}. */
    public static Norm named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  /** Checks the sizes. */
  public UNetConfig {
    if (depth < 1 || depth > 6) {
      throw new IllegalArgumentException("depth must be from 1 to 6, got " + depth);
    }
    if (norm == Norm.GROUP && base % Norm.NUM_GROUPS != 0) {
      throw new IllegalArgumentException(
          "base must be a multiple of " + Norm.NUM_GROUPS + " for norm=group, got " + base);
    }
  }

  /** A network with batch norms. */
  public static UNetConfig of(int inChannels, int outChannels, int base, int depth) {
    return new UNetConfig(inChannels, outChannels, base, depth, Norm.BATCH);
  }

  /** With another norm. */
  public UNetConfig withNorm(Norm other) {
    return new UNetConfig(inChannels, outChannels, base, depth, other);
  }

  /** The number of which the rows and columns of an image must be multiples. */
  public int multiple() {
    return 1 << depth;
  }
}
