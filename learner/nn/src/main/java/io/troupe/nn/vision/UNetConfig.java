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
 * @param timeDim width of the time embedding; 0 for none
 * @param numClasses classes of the label embedding, which needs a time embedding; 0 for none
 */
public record UNetConfig(
    int inChannels, int outChannels, int base, int depth, Norm norm, int timeDim, int numClasses) {

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
    if (numClasses > 0 && timeDim == 0) {
      throw new IllegalArgumentException(
          "time_dim must be > 0 with num_classes="
              + numClasses
              + ", got 0; labels are added to the time embedding");
    }
    if (norm == Norm.GROUP && base % Norm.NUM_GROUPS != 0) {
      throw new IllegalArgumentException(
          "base must be a multiple of " + Norm.NUM_GROUPS + " for norm=group, got " + base);
    }
  }

  /** A network with batch norms, without time and labels. */
  public static UNetConfig of(int inChannels, int outChannels, int base, int depth) {
    return new UNetConfig(inChannels, outChannels, base, depth, Norm.BATCH, 0, 0);
  }

  /** With another norm. */
  public UNetConfig withNorm(Norm other) {
    return new UNetConfig(inChannels, outChannels, base, depth, other, timeDim, numClasses);
  }

  /** With a time embedding, and one of labels unless {@code classes} is 0. */
  public UNetConfig withTime(int width, int classes) {
    return new UNetConfig(inChannels, outChannels, base, depth, norm, width, classes);
  }

  /** The number of which the rows and columns of an image must be multiples. */
  public int multiple() {
    return 1 << depth;
  }
}
