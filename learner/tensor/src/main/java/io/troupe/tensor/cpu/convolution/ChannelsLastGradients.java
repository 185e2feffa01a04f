package io.troupe.tensor.cpu.convolution;

import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;

/**
 * The gradients of the windows with adjacent channels: (batch, positions, outChannels), or
 * (positions, batch, outChannels) where the convolution interleaves its images.
 *
 * @param s the convolution, which may interleave images
 * @param dOut address of the gradients, (batch, outChannels, positions) in both cases
 */
record ChannelsLastGradients(ConvolutionShape s, long dOut) {
  /** Positions that are copied at once: some lines of the caches. */
  private static final int STRIP = 64;

  /** Returns the bytes of the copy. */
  long bytes() {
    return s.columns() * rowBytes();
  }

  /** Bytes from the gradients of one window to those of the next. */
  long rowBytes() {
    return 4L * s.outChannels();
  }

  /** Copies the gradients. */
  void copy(ComputePool pool, long to) {
    int rows = s.interleaved() * s.outChannels();
    int positions = s.outPlane() / s.interleaved();
    int strips = (positions + STRIP - 1) / STRIP;
    Partition.rows(
        pool,
        (long) s.batch() * strips,
        (long) STRIP * rows,
        (first, last) -> {
          for (long strip = first; strip < last; strip++) {
            int position = (int) (strip % strips) * STRIP;
            long matrix = strip / strips * rows * positions;
            Transposition.run(
                dOut + 4 * (matrix + position),
                4L * positions,
                rows,
                Math.min(STRIP, positions - position),
                to + 4 * (matrix + (long) position * rows),
                4L * rows);
          }
        });
  }
}
