package io.troupe.tensor.cpu.indexing;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.IndexOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.elementwise.Float64Loops;
import io.troupe.tensor.cpu.elementwise.FusedLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Operations that move elements. */
public final class CpuIndexing implements IndexOps {
  /** Features that one part of an embedding's gradient takes: a few cache lines. */
  private static final int GRAD_FEATURES = 64;

  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuIndexing(ComputePool pool) {
    this.pool = pool;
  }

  @Override
  public void permute(Tensor out, Tensor a, int[] permutation) {
    Writes.to(out);
    if (a.numel() > 0) {
      Permutation.of(a.shape(), permutation).run(pool, out, a);
    }
  }

  @Override
  public void readRegion(Tensor out, Tensor a, int dim, int start) {
    Writes.to(out);
    Region region = Region.of(a, out, dim, start);
    Partition.rows(
        pool,
        region.outer,
        region.part,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            Memory.copy(
                out.address() + r * region.partBytes(), region.inWhole(a, r), region.partBytes());
          }
        });
  }

  @Override
  public void writeRegion(Tensor out, Tensor a, int dim, int start) {
    Writes.to(out);
    Region region = Region.of(out, a, dim, start);
    Partition.rows(
        pool,
        region.outer,
        region.part,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            Memory.copy(
                region.inWhole(out, r), a.address() + r * region.partBytes(), region.partBytes());
          }
        });
  }

  @Override
  public void addRegion(Tensor out, Tensor a, int dim, int start) {
    Writes.to(out);
    Region region = Region.of(out, a, dim, start);
    Partition.rows(
        pool,
        region.outer,
        region.part,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            long source = a.address() + r * region.partBytes();
            add(out.dtype(), region.inWhole(out, r), source, region.part);
          }
        });
  }

  private static void add(DType type, long target, long a, long n) {
    if (type == DType.FLOAT32) {
      FusedLoops.BEST.addScaled(target, a, 1f, Math.toIntExact(n));
    } else {
      Float64Loops.addScaled(target, a, 1, n);
    }
  }

  /**
   * A part of a dimension, as contiguous runs of elements.
   *
   * @param outer the number of runs
   * @param part the elements of a run
   * @param whole the elements from one run to the next in the larger tensor
   * @param skip the elements before the first run
   * @param size bytes of an element
   */
  private record Region(long outer, long part, long whole, long skip, int size) {

    static Region of(Tensor whole, Tensor part, int dim, int start) {
      long inner = whole.shape().product(dim + 1, whole.rank());
      return new Region(
          whole.shape().product(0, dim),
          part.size(dim) * inner,
          whole.size(dim) * inner,
          start * inner,
          whole.dtype().sizeBytes());
    }

    long partBytes() {
      return part * size;
    }

    long inWhole(Tensor tensor, long run) {
      return tensor.address() + (run * whole + skip) * size;
    }
  }

  @Override
  public void embedding(Tensor out, Tensor weight, Tensor ids) {
    Writes.to(out);
    long to = out.address();
    long idsAt = ids.address();
    long features = weight.size(1);
    long rowBytes = features * weight.dtype().sizeBytes();
    Partition.rows(
        pool,
        ids.numel(),
        features,
        (first, last) -> {
          for (long i = first; i < last; i++) {
            MemorySegment row = Memory.ALL.asSlice(to + i * rowBytes, rowBytes);
            weight.getBytes(Memory.getInt(idsAt + 4 * i) * rowBytes, row);
          }
        });
  }

  @Override
  public void embeddingGrad(Tensor dWeight, Tensor dOut, Tensor ids) {
    Writes.to(dWeight);
    long to = dWeight.address();
    long from = dOut.address();
    long idsAt = ids.address();
    long numIds = ids.numel();
    long features = dWeight.size(1);
    DType type = dWeight.dtype();
    long size = type.sizeBytes();
    // parts take features, not rows: two rows may have one id
    boolean small = numIds * features <= Partition.ELEMENTS;
    Partition.split(
        pool,
        features,
        small ? features : GRAD_FEATURES,
        (first, last) -> {
          for (long i = 0; i < numIds; i++) {
            long row = Memory.getInt(idsAt + 4 * i);
            long target = to + (row * features + first) * size;
            add(type, target, from + (i * features + first) * size, last - first);
          }
        });
  }

  @Override
  public void gather(Tensor out, Tensor a, Tensor index) {
    Writes.to(out);
    long to = out.address();
    long from = a.address();
    long indexAt = index.address();
    long n = a.size(-1);
    long picked = index.size(-1);
    boolean wide = a.dtype().sizeBytes() == 8;
    Partition.rows(
        pool,
        a.shape().rows(),
        picked,
        (first, last) -> {
          for (long i = first * picked; i < last * picked; i++) {
            long source = i / picked * n + Memory.getInt(indexAt + 4 * i);
            if (wide) {
              Memory.setLong(to + 8 * i, Memory.getLong(from + 8 * source));
            } else {
              Memory.setInt(to + 4 * i, Memory.getInt(from + 4 * source));
            }
          }
        });
  }

  @Override
  public void gatherGrad(Tensor da, Tensor dOut, Tensor index) {
    Writes.to(da);
    long to = da.address();
    long from = dOut.address();
    long indexAt = index.address();
    long n = da.size(-1);
    long picked = index.size(-1);
    boolean single = da.dtype() == DType.FLOAT32;
    Partition.rows(
        pool,
        da.shape().rows(),
        picked,
        (first, last) -> {
          for (long i = first * picked; i < last * picked; i++) {
            long target = i / picked * n + Memory.getInt(indexAt + 4 * i);
            if (single) {
              long at = to + 4 * target;
              Memory.setFloat(at, Memory.getFloat(at) + Memory.getFloat(from + 4 * i));
            } else {
              long at = to + 8 * target;
              Memory.setDouble(at, Memory.getDouble(at) + Memory.getDouble(from + 8 * i));
            }
          }
        });
  }
}
