package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;

import io.troupe.tensor.cpu.images.ConvolutionShape;

/**
 * The order in which the gradient of a weight sums the windows of a batch, by shape alone. Windows
 * of an image are split into blocks; the products of a block are summed from zero. Where the weight
 * has few columns, blocks are split into chunks, so that threads have enough work: the sums of the
 * blocks of a chunk are added in order, then those of the chunks.
 */
record WindowBlocks(ConvolutionShape s) {
  /** Windows whose products are summed at once. */
  static final int SIZE = 384;

  /** Panels of the weight's columns that are computed together. */
  static final int PANELS = 2;

  static final int WANTED_PARTS = 8;

  /** Groups of panels that the columns of the weight fill. */
  int panelGroups() {
    return (s.k() + PANELS * COLUMNS - 1) / (PANELS * COLUMNS);
  }

  /** Chunks of blocks. */
  int chunks() {
    int groups = panelGroups();
    return Math.clamp((WANTED_PARTS + groups - 1) / groups, 1, count());
  }

  /** The first block of a chunk; the end of the last one for {@code chunk = chunks()}. */
  int first(int chunk) {
    return (int) ((long) count() * chunk / chunks());
  }

  /** The image of a block. */
  int image(int block) {
    return block / perImage();
  }

  /** The first window of a block in its image. */
  int position(int block) {
    return block % perImage() * SIZE;
  }

  /** Windows of a block. */
  int length(int block) {
    return Math.min(SIZE, s.outPlane() - position(block));
  }

  private int count() {
    return s.batch() * perImage();
  }

  private int perImage() {
    return (s.outPlane() + SIZE - 1) / SIZE;
  }
}
