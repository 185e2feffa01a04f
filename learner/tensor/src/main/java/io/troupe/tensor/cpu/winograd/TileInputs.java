package io.troupe.tensor.cpu.winograd;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.memory.Memory;

/**
 * The rows of padded images that some neighboring tiles of {@link Winograd} read, one channel at a
 * time. They are copied just before they are read and stay in the caches.
 *
 * <p>A row of tiles reads four rows of an image, of which the next row of tiles reads the last two
 * again.
 */
final class TileInputs {
  private final PaddedImages images;
  private final ConvolutionShape s;
  private long firstRow;
  private long lastRow;
  private long address;

  /**
   * Inputs of a convolution.
   *
   * @param images layout of the padded images that {@link Winograd#tiles} reads
   */
  TileInputs(PaddedImages images) {
    this.images = images;
    this.s = images.s();
  }

  /**
   * Moves to tiles {@code [first, first + number)}.
   *
   * @param scratch has room for images; the padding in it is written here and stays
   */
  void moveTo(long first, int number, ProductScratch scratch) {
    firstRow = first / s.outWidth();
    lastRow = (first + number - 1) / s.outWidth();
    long bytes = offset(lastRow) + 4 * images.rowBytes();
    // vectors are read whole
    address = scratch.inputs(bytes + PackedPanels.VECTOR_BYTES);
    Memory.clear(address, bytes);
  }

  /**
   * Copies one channel's rows.
   *
   * @param channel the channel of the first image
   * @return the address that {@link #offset} is relative to
   */
  long read(long channel) {
    int down = s.outHeight();
    int padding = s.window().height().padding();
    for (long n = firstRow / down; n <= lastRow / down; n++) {
      long from = Math.max(firstRow, n * down);
      long to = Math.min(lastRow, n * down + down - 1);
      long plane = channel + 4 * n * s.inChannels() * s.height() * s.width();
      int y = 2 * (int) (from - n * down) - padding;
      int first = Math.max(0, -y);
      int last = (int) Math.min(2 * (to - from) + 4, s.height() - y);
      images.copyIn(
          address + offset(from) + first * images.rowBytes(),
          plane + 4L * (y + first) * s.width(),
          last - first);
    }
    return address;
  }

  /** Where the inputs of a row of tiles begin; rows are counted through all images. */
  long offset(long row) {
    long image = row / s.outHeight() - firstRow / s.outHeight();
    return 2 * (row - firstRow + image) * images.rowBytes();
  }

  /** Bytes from one row of inputs to the next. */
  long rowBytes() {
    return images.rowBytes();
  }

  /** Bytes from an even column to the odd one right of it. */
  long oddBytes() {
    return images.phaseBytes();
  }
}
