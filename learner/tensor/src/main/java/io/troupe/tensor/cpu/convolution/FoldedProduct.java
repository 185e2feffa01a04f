package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.images.WindowColumns;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.products.Tiles;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * The gradient of a convolution of floats by its images, with any window: the transposed weight
 * times the gradients of the windows, each sum is added to the element of the image that the
 * product reads. Images are summed in padded form in the caches and then copied out.
 *
 * @param images layout of the padded images
 * @param offsets of the products of a window
 * @param dOut address of the gradients of the windows
 * @param weight address of the weight, as it is stored
 * @param bias address of the bias of each channel of the images, or 0
 * @param dx address of the images, which are overwritten
 */
record FoldedProduct(
    ConvolutionShape s,
    PaddedImages images,
    long[] offsets,
    long dOut,
    long weight,
    long bias,
    long dx) {
  private static final int WANTED_PARTS = 16;

  /** Rows whose part of the weight is copied at once. */
  private static final int WANTED_ROWS = 288;

  /** Windows of a part: the number of uses of each copied part of the weight. */
  private static final int WANTED_COLUMNS = 4 * COLUMNS;

  /** Bytes of images that are summed at once, a part of the L2 cache. */
  private static final long MOST_IMAGE_BYTES = 256 << 10;

  void run(ComputePool pool) {
    int imagesEach = Math.clamp(WANTED_COLUMNS / s.outPlane(), 1, s.batch());
    int imageParts = (s.batch() + imagesEach - 1) / imagesEach;
    int wanted = Math.max(1, WANTED_PARTS / (imageParts * s.groups()));
    int channels = Math.max(channelsAtOnce(imagesEach), (s.groupIn() + wanted - 1) / wanted);
    int channelParts = (s.groupIn() + channels - 1) / channels;
    pool.run(
        s.groups() * imageParts * channelParts,
        part -> {
          int image = part / channelParts % imageParts * imagesEach;
          int channel = part % channelParts * channels;
          part(
              part / channelParts / imageParts,
              image,
              Math.min(imagesEach, s.batch() - image),
              channel,
              Math.min(channel + channels, s.groupIn()));
        });
  }

  private int channelsAtOnce(int numImages) {
    long byRows = Math.max(1, WANTED_ROWS / s.kernel());
    long byBytes = Math.max(1, MOST_IMAGE_BYTES / (numImages * images.planeBytes()));
    return (int) Math.min(s.groupIn(), Math.min(byRows, byBytes));
  }

  private void part(int group, int image, int numImages, int channelFrom, int channelTo) {
    ProductScratch scratch = ProductScratch.ofThread();
    long count = (long) numImages * s.outPlane();
    int numPanels = Math.toIntExact((count + COLUMNS - 1) / COLUMNS);
    long panelBytes = (long) s.groupOut() * ROW_BYTES;
    long panels = scratch.panels(numPanels * panelBytes + ROW_BYTES);
    WindowColumns columns = new WindowColumns(images, 0, 4 * COLUMNS);
    for (int i = 0; i < numPanels; i++) {
      int from = i * COLUMNS;
      columns.moveTo(
          (long) image * s.outPlane() + from, (int) Math.min(COLUMNS, count - from), image);
      for (int o = 0; o < s.groupOut(); o++) {
        long channel = dOut + 4L * (group * s.groupOut() + o) * s.outPlane();
        columns.read(panels + i * panelBytes + (long) o * ROW_BYTES, channel);
      }
    }
    int together = channelsAtOnce(numImages);
    for (int channel = channelFrom; channel < channelTo; channel += together) {
      int channels = Math.min(together, channelTo - channel);
      block(group, image, numImages, channel, channels, panels, panelBytes, numPanels);
    }
  }

  private void block(
      int group,
      int image,
      int numImages,
      int channel,
      int channels,
      long panels,
      long panelBytes,
      int numPanels) {
    ProductScratch scratch = ProductScratch.ofThread();
    long imageBytes = channels * images.planeBytes();
    long summed = scratch.images(numImages * imageBytes + 64);
    Memory.clear(summed, numImages * imageBytes);
    int rows = channels * s.kernel();
    long step = 4L * rows + 64;
    int kBlock = Product.kBlock(s.groupOut());
    Folder folder =
        new Folder(
            new WindowColumns(images, imageBytes, 4 * COLUMNS),
            summed,
            image,
            (long) numImages * s.outPlane());
    for (int oFrom = 0; oFrom < s.groupOut(); oFrom += kBlock) {
      int k = Math.min(kBlock, s.groupOut() - oFrom);
      long copy = scratch.rows(k * step);
      long source = 4 * ((long) (group * s.groupOut() + oFrom) * s.k() + channel * s.kernel());
      for (int o = 0; o < k; o++) {
        Memory.copy(copy + o * step, weight + source + 4L * o * s.k(), 4L * rows);
      }
      long first = panels + (long) oFrom * ROW_BYTES;
      Tiles.run(rows, k, copy, Float.BYTES, step, first, panelBytes, numPanels, folder);
    }
    for (int n = 0; n < numImages; n++) {
      for (int c = 0; c < channels; c++) {
        int inImage = group * s.groupIn() + channel + c;
        long plane = (long) (image + n) * s.inChannels() + inImage;
        images.unpad(
            dx + 4 * plane * s.height() * s.width(),
            summed + n * imageBytes + c * images.planeBytes(),
            bias == 0 ? 0 : Memory.getFloat(bias + 4L * inImage));
      }
    }
  }

  /** Adds tiles to the padded images. */
  private final class Folder implements Tiles.Sink {
    private final WindowColumns columns;
    private final long summed;
    private final int image;
    private final long count;
    private int at = -1;

    Folder(WindowColumns columns, long summed, int image, long count) {
      this.columns = columns;
      this.summed = summed;
      this.image = image;
      this.count = count;
    }

    @Override
    public void take(int row, int rows, int panel, int panels, long sums) {
      if (panel != at || panels > 1) {
        long from = (long) panel * COLUMNS;
        columns.moveTo(
            (long) image * s.outPlane() + from,
            (int) Math.min((long) panels * COLUMNS, count - from),
            image);
        at = panels > 1 ? -1 : panel;
      }
      for (int i = 0; i < rows; i++) {
        columns.addRow(sums + i * ProductScratch.SUMS_ROW_BYTES, offsets[row + i], summed);
      }
    }
  }
}
