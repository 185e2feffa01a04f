package io.troupe.tensor.cpu.pooling;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.PoolSpans;
import io.troupe.tensor.backend.PoolingOps;
import io.troupe.tensor.backend.Resampling;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/** Pooling and resampling, plane by plane. */
public final class CpuPooling implements PoolingOps {
  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuPooling(ComputePool pool) {
    this.pool = pool;
  }

  @Override
  public void maxPool2d(Tensor out, Tensor indices, Tensor x, PoolSpans rows, PoolSpans columns) {
    Writes.to(out, indices);
    long to = out.address();
    long indicesAt = indices.address();
    long from = x.address();
    int width = x.size(-1);
    long plane = (long) x.size(-2) * width;
    long outPlane = (long) rows.size() * columns.size();
    boolean single = x.dtype() == DType.FLOAT32;
    WindowMax windows =
        single && rows.window() != null && columns.window() != null
            ? new WindowMax(x.size(-2), width, rows, columns)
            : null;
    Partition.rows(
        pool,
        x.numel() / plane,
        plane,
        (first, last) -> {
          long scratch = windows == null ? 0 : ProductScratch.ofThread().images(windows.bytes());
          for (long p = first; p < last; p++) {
            long index = indicesAt + 4 * p * outPlane;
            long source = from + (single ? 4 : 8) * p * plane;
            long target = to + (single ? 4 : 8) * p * outPlane;
            if (windows != null) {
              windows.plane(target, index, source, scratch);
            } else if (single) {
              MaxPlanes.plane32(target, index, source, width, rows, columns);
            } else {
              MaxPlanes.plane64(target, index, source, width, rows, columns);
            }
          }
        });
  }

  @Override
  public void maxPool2dGrad(Tensor dx, Tensor dOut, Tensor indices) {
    Writes.to(dx);
    long to = dx.address();
    long from = dOut.address();
    long indicesAt = indices.address();
    long plane = (long) dx.size(-2) * dx.size(-1);
    long outPlane = (long) dOut.size(-2) * dOut.size(-1);
    int size = dx.dtype().sizeBytes();
    Partition.rows(
        pool,
        dx.numel() / plane,
        plane,
        (first, last) -> {
          for (long p = first; p < last; p++) {
            long planeAt = to + size * p * plane;
            Memory.clear(planeAt, size * plane);
            for (long i = p * outPlane; i < (p + 1) * outPlane; i++) {
              long at = planeAt + (long) size * Memory.getInt(indicesAt + 4 * i);
              if (size == Float.BYTES) {
                Memory.setFloat(at, Memory.getFloat(at) + Memory.getFloat(from + 4 * i));
              } else {
                Memory.setDouble(at, Memory.getDouble(at) + Memory.getDouble(from + 8 * i));
              }
            }
          }
        });
  }

  @Override
  public void resample2d(Tensor out, Tensor x, Resampling rows, Resampling columns) {
    Writes.to(out);
    long to = out.address();
    long from = x.address();
    int width = x.size(-1);
    long plane = (long) x.size(-2) * width;
    long outPlane = (long) rows.size() * columns.size();
    boolean single = x.dtype() == DType.FLOAT32;
    Partition.rows(
        pool,
        x.numel() / plane,
        Math.max(plane, outPlane),
        (first, last) -> {
          double[] row = new double[width];
          for (long p = first; p < last; p++) {
            if (single) {
              ResampledPlanes.plane32(
                  to + 4 * p * outPlane, from + 4 * p * plane, row, rows, columns);
            } else {
              ResampledPlanes.plane64(
                  to + 8 * p * outPlane, from + 8 * p * plane, row, rows, columns);
            }
          }
        });
  }
}
