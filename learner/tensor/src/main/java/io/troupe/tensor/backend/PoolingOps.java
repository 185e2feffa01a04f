package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/** Pooling and resampling of planes, the last two dimensions of their operands. */
public interface PoolingOps {
  /**
   * The largest element that each output position sees; the first of several, or the last NaN.
   *
   * @param out (planes, outHeight, outWidth)
   * @param indices INT32, same shape, written: where in its plane the largest element lies
   * @param x (planes, height, width)
   */
  void maxPool2d(Tensor out, Tensor indices, Tensor x, PoolSpans rows, PoolSpans columns);

  /**
   * The gradient of {@link #maxPool2d}: each element goes to where its maximum lay.
   *
   * @param dx (planes, height, width), overwritten
   */
  void maxPool2dGrad(Tensor dx, Tensor dOut, Tensor indices);

  /**
   * Both axes of each plane mapped; overwrites {@code out}.
   *
   * @param out (planes, rows.size(), columns.size())
   * @param x (planes, height, width)
   */
  void resample2d(Tensor out, Tensor x, Resampling rows, Resampling columns);
}
