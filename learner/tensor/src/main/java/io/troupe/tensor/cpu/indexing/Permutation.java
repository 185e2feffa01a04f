package io.troupe.tensor.cpu.indexing;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/**
 * Copies elements into another order of the dimensions.
 *
 * <p>Dimensions of size 1 are dropped, and neighbors that stay neighbors are merged. When the
 * innermost dimension stays innermost, runs of it are copied whole; otherwise small tiles are read
 * along one of the two innermost orders and written along the other, so that both sides use whole
 * cache lines.
 */
final class Permutation {
  private static final int TILE = 16;

  /** Sizes of the result, outermost first, and the stride of each in the source, in elements. */
  private final long[] sizes;

  private final long[] strides;

  private Permutation(long[] sizes, long[] strides) {
    this.sizes = sizes;
    this.strides = strides;
  }

  static Permutation of(Shape a, int[] order) {
    long[] sizes = new long[order.length + 1];
    long[] strides = new long[order.length + 1];
    int rank = 0;
    for (int dim : order) {
      long size = a.size(dim);
      long stride = a.product(dim + 1, a.rank());
      if (size == 1) {
        continue;
      }
      if (rank > 0 && strides[rank - 1] == size * stride) {
        sizes[rank - 1] *= size;
        strides[rank - 1] = stride;
      } else {
        sizes[rank] = size;
        strides[rank++] = stride;
      }
    }
    if (rank == 0) {
      sizes[0] = 1;
      strides[rank++] = 1;
    }
    return new Permutation(
        java.util.Arrays.copyOf(sizes, rank), java.util.Arrays.copyOf(strides, rank));
  }

  void run(ComputePool pool, Tensor out, Tensor a) {
    int last = sizes.length - 1;
    long size = a.dtype().sizeBytes();
    if (strides[last] == 1) {
      copyRuns(pool, out.address(), a.address(), size);
    } else {
      transpose(pool, out.address(), a.address(), size, innermostOfSource());
    }
  }

  private int innermostOfSource() {
    for (int i = 0; i < strides.length; i++) {
      if (strides[i] == 1) {
        return i;
      }
    }
    throw new IllegalStateException("a row-major source must have a dimension of stride 1");
  }

  private void copyRuns(ComputePool pool, long out, long a, long size) {
    int last = sizes.length - 1;
    long run = sizes[last] * size;
    long outer = product(0, last);
    Partition.rows(
        pool,
        outer,
        sizes[last],
        (first, end) -> {
          for (long r = first; r < end; r++) {
            Memory.copy(out + r * run, a + offset(r, last) * size, run);
          }
        });
  }

  private long product(int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= sizes[i];
    }
    return product;
  }

  /** The place in the source of index {@code r} over the dimensions before {@code end}. */
  private long offset(long r, int end) {
    long offset = 0;
    long rest = r;
    for (int i = end - 1; i >= 0; i--) {
      offset += rest % sizes[i] * strides[i];
      rest /= sizes[i];
    }
    return offset;
  }

  /** Tiles over the innermost dimension of the source, {@code inner}, and that of the result. */
  private void transpose(ComputePool pool, long out, long a, long size, int inner) {
    int last = sizes.length - 1;
    long between = product(inner + 1, last);
    long before = product(0, inner);
    long outStride = between * sizes[last];
    long rowTiles = (sizes[inner] + TILE - 1) / TILE;
    Partition.rows(
        pool,
        before * between * rowTiles,
        TILE * sizes[last],
        (first, end) -> {
          for (long t = first; t < end; t++) {
            long rowStart = t % rowTiles * TILE;
            long mid = t / rowTiles % between;
            long top = t / rowTiles / between;
            long source = a + (rowStart + middleOffset(mid, inner) + offset(top, inner)) * size;
            long target =
                out + ((top * sizes[inner] + rowStart) * outStride + mid * sizes[last]) * size;
            long rows = Math.min(TILE, sizes[inner] - rowStart);
            strip(target, source, rows, outStride, size);
          }
        });
  }

  private long middleOffset(long r, int inner) {
    long offset = 0;
    long rest = r;
    for (int i = sizes.length - 2; i > inner; i--) {
      offset += rest % sizes[i] * strides[i];
      rest /= sizes[i];
    }
    return offset;
  }

  /** {@code rows} elements that are contiguous in the source, for every index of the last one. */
  private void strip(long target, long source, long rows, long outStride, long size) {
    int last = sizes.length - 1;
    for (long from = 0; from < sizes[last]; from += TILE) {
      long end = Math.min(from + TILE, sizes[last]);
      for (long row = 0; row < rows; row++) {
        long to = target + row * outStride * size;
        long at = source + row * size;
        if (size == 4) {
          for (long j = from; j < end; j++) {
            Memory.setInt(to + 4 * j, Memory.getInt(at + 4 * j * strides[last]));
          }
        } else if (size == 8) {
          for (long j = from; j < end; j++) {
            Memory.setLong(to + 8 * j, Memory.getLong(at + 8 * j * strides[last]));
          }
        } else {
          for (long j = from; j < end; j++) {
            Memory.setShort(to + 2 * j, Memory.getShort(at + 2 * j * strides[last]));
          }
        }
      }
    }
  }
}
