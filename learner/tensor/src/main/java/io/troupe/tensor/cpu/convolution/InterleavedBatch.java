package io.troupe.tensor.cpu.convolution;

import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;

/**
 * Images whose elements alternate, (channels, positions, batch), and their usual form (batch,
 * channels, positions).
 */
record InterleavedBatch(ComputePool pool, int batch, int channels, int positions) {

  /** Interleaves images. */
  void interleave(long to, long images) {
    Partition.rows(
        pool,
        channels,
        (long) batch * positions,
        (first, last) ->
            Transposition.run(
                images + 4 * first * positions,
                imageBytes(),
                batch,
                (int) (last - first) * positions,
                to + 4 * first * positions * batch,
                4L * batch));
  }

  /** Separates images. */
  void separate(long images, long from) {
    Partition.rows(
        pool,
        channels,
        (long) batch * positions,
        (first, last) ->
            Transposition.run(
                from + 4 * first * positions * batch,
                4L * batch,
                (int) (last - first) * positions,
                batch,
                images + 4 * first * positions,
                imageBytes()));
  }

  private long imageBytes() {
    return 4L * channels * positions;
  }
}
