package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/** Pooling and resampling of planes, the last two dimensions of their operands. */
public interface PoolingOps {
  /**
   * The largest element of each window; the first of equal ones, or the last NaN.
   *
   * @param out (planes, outHeight, outWidth)
   * @param indices INT32, same shape, written: the index of the largest element within its plane
   * @param x (planes, height, width)
   */
  void maxPool2d(Tensor out, Tensor indices, Tensor x, PoolSpans rows, PoolSpans columns);

  /**
   * The gradient of {@link #maxPool2d}: each element is added at the position of its maximum.
   *
   * @param dx (planes, height, width), overwritten
   */
  void maxPool2dGrad(Tensor dx, Tensor dOut, Tensor indices);

  /**
   * Maps both axes of each plane; overwrites {@code out}.
   *
   * @param out (planes, rows.size(), columns.size())
   * @param x (planes, height, width)
   */
  void resample2d(Tensor out, Tensor x, Resampling rows, Resampling columns);
}
