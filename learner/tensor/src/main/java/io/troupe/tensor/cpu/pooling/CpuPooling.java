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
    boolean moves = rows.window() != null && columns.window() != null;
    Plane pooling;
    if (single && moves) {
      pooling = windows(x.size(-2), width, rows, columns);
    } else if (single) {
      pooling = (o, i, p) -> MaxPlanes.plane32(o, i, p, width, rows, columns);
    } else {
      pooling = (o, i, p) -> MaxPlanes.plane64(o, i, p, width, rows, columns);
    }
    int size = x.dtype().sizeBytes();
    Partition.rows(
        pool,
        x.numel() / plane,
        plane,
        (first, last) -> {
          for (long p = first; p < last; p++) {
            pooling.run(
                to + size * p * outPlane, indicesAt + 4 * p * outPlane, from + size * p * plane);
          }
        });
  }

  /** Pools one plane: its result, the indices of the largest elements, and the plane. */
  @FunctionalInterface
  private interface Plane {
    void run(long out, long indices, long x);
  }

  private static Plane windows(int height, int width, PoolSpans rows, PoolSpans columns) {
    if (HalvingMax.fits(height, width, rows, columns)) {
      return new HalvingMax(width, rows.size(), columns.size())::plane;
    }
    WindowMax windows = new WindowMax(height, width, rows, columns);
    return (out, indices, x) ->
        windows.plane(out, indices, x, ProductScratch.ofThread().images(windows.bytes()));
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
