package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;

import io.troupe.tensor.DType;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions, pooling, resampling and normalization of channels. */
class ImagesAgreementTest {
  /** Allowed difference for sums of a few hundred products, each at most 1. */
  private static final int SUM_UNITS = 256;

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  /**
   * Sizes that cover every code path: few and many windows and channels, rows of windows shorter
   * and longer than a vector, strides, padding, dilation, groups.
   */
  @ParameterizedTest
  @CsvSource({
    "1,  1,  1,  1,  1, 1, 1, 1, 0, 0, 1, 1",
    "2,  3,  5,  7,  4, 3, 2, 1, 1, 0, 1, 1",
    "2,  3, 17,  9, 33, 3, 3, 1, 1, 1, 1, 1",
    "3,  2, 12, 12, 13, 5, 5, 1, 2, 2, 1, 1",
    "1, 26, 23, 25, 10, 3, 3, 1, 1, 1, 1, 1",
    "1, 24, 24, 23, 17, 1, 1, 1, 0, 0, 1, 1",
    "2,  3, 11, 37,  6, 3, 7, 2, 3, 3, 1, 1",
    "2,  4, 10, 11,  6, 3, 3, 3, 1, 0, 2, 1",
    "4, 10,  2,  2, 61, 3, 3, 1, 1, 1, 1, 1",
    "3,  6,  6,  5,  9, 3, 3, 1, 1, 1, 1, 3",
    "2,  5,  9, 35,  3, 2, 2, 2, 0, 0, 1, 1",
    "1,  2,  7, 70,  2, 3, 3, 1, 0, 0, 2, 2",
    "2, 18, 11, 40, 21, 3, 3, 1, 1, 0, 1, 1",
    "2, 16, 16, 32, 16, 3, 3, 1, 1, 1, 1, 1",
    "1, 48, 15, 33, 34, 3, 3, 1, 0, 2, 1, 2",
    "9, 17,  5,  7, 40, 3, 3, 1, 1, 1, 1, 1",
    "5,  2,  9, 33, 37, 2, 4, 1, 1, 2, 1, 1",
    "17, 4,  6,  9,  8, 3, 3, 1, 2, 1, 2, 2",
  })
  void convolutions(
      int batch,
      int in,
      int height,
      int width,
      int out,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int paddingHeight,
      int paddingWidth,
      int dilation,
      int groups) {
    Window window =
        Window.of(kernelHeight, kernelWidth)
            .withStride(stride, stride)
            .withPadding(paddingHeight, paddingWidth)
            .withDilation(dilation, dilation);
    for (DType dtype : COMPUTED) {
      AGREEMENT.check(
          dtype + " " + window + " of " + Shape.of(batch, in, height, width) + " to " + out,
          SUM_UNITS,
          (backend, random) -> {
            Tensor x = random.of(dtype, batch, in, height, width);
            Tensor weight = random.of(dtype, out, in / groups, kernelHeight, kernelWidth);
            Tensor y =
                random.of(
                    dtype,
                    batch,
                    out,
                    window.height().outSize(height),
                    window.width().outSize(width));
            Tensor result = Tensor.empty(dtype, y.shape());
            backend.convolution().conv2d(result, x, weight, random.of(dtype, out), window, groups);
            Tensor dx = Tensor.empty(dtype, x.shape());
            backend
                .convolution()
                .convTranspose2d(dx, y, weight, random.of(dtype, in), window, groups);
            Tensor dWeight = random.of(dtype, weight.shape().sizes());
            backend.convolution().conv2dWeightGrad(dWeight, y, x, window, groups, true);
            return List.of(result, dx, dWeight);
          });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,  1,  1, 1, 0, 1",
    "8, 66,  2, 2, 0, 1",
    "10, 10, 2, 2, 0, 1",
    "9, 29,  2, 2, 0, 1",
    "4, 99,  2, 2, 0, 1",
    "7,  9,  2, 2, 1, 1",
    "9, 35,  3, 2, 1, 1",
    "6, 17,  3, 1, 1, 2",
    "9, 40,  4, 3, 2, 1",
  })
  void maxPool(int height, int width, int kernel, int stride, int padding, int dilation) {
    Window.Axis axis = new Window.Axis(kernel, stride, padding, dilation);
    // a partial last window must start inside the image or its padding
    int most = axis.outSize(height) * stride < height + padding ? 1 : 0;
    for (int more = 0; more <= most; more++) {
      PoolSpans rows = PoolSpans.of(axis, height, axis.outSize(height) + more);
      PoolSpans columns = PoolSpans.of(axis, width, axis.outSize(width));
      checkMaxPool(axis + " over " + height + " by " + width, height, width, rows, columns);
    }
  }

  @Test
  void adaptiveMaxPool() {
    checkMaxPool("adaptive", 7, 10, PoolSpans.adaptive(7, 3), PoolSpans.adaptive(10, 4));
  }

  private static void checkMaxPool(
      String name, int height, int width, PoolSpans rows, PoolSpans columns) {
    for (DType dtype : COMPUTED) {
      for (boolean extreme : new boolean[] {false, true}) {
        AGREEMENT.check(
            "max pool of " + dtype + " " + name,
            2,
            (backend, random) -> {
              Shape shape = Shape.of(3, height, width);
              Tensor x =
                  extreme ? random.extreme(dtype, shape) : random.of(dtype, 3, height, width);
              Tensor out = Tensor.empty(dtype, Shape.of(3, rows.size(), columns.size()));
              Tensor indices = Tensor.empty(DType.INT32, out.shape());
              backend.pooling().maxPool2d(out, indices, x, rows, columns);
              Tensor dx = Tensor.empty(dtype, x.shape());
              backend.pooling().maxPool2dGrad(dx, random.of(dtype, out.shape().sizes()), indices);
              return List.of(out, indices, dx);
            });
      }
    }
  }

  @Test
  void resample() {
    Window.Axis axis = new Window.Axis(3, 2, 1, 1);
    for (DType dtype : COMPUTED) {
      checkResample(
          dtype,
          Resampling.average(axis, 9, axis.outSize(9), true),
          Resampling.average(axis, 35, axis.outSize(35), false));
      checkResample(dtype, Resampling.adaptiveAverage(9, 1), Resampling.adaptiveAverage(35, 1));
      checkResample(dtype, Resampling.nearest(9, 18, 0.5), Resampling.nearest(35, 70, 0.5));
      checkResample(
          dtype, Resampling.linear(9, 20, 0.45, false), Resampling.linear(35, 17, 0, true));
    }
  }

  private static void checkResample(DType dtype, Resampling rows, Resampling columns) {
    AGREEMENT.check(
        "resample to " + rows.size() + " by " + columns.size() + " of " + dtype,
        8,
        (backend, random) -> {
          Tensor out = Tensor.empty(dtype, Shape.of(3, rows.size(), columns.size()));
          backend.pooling().resample2d(out, random.of(dtype, 3, 9, 35), rows, columns);
          Tensor dx = Tensor.empty(dtype, Shape.of(3, 9, 35));
          backend
              .pooling()
              .resample2d(
                  dx,
                  random.of(dtype, out.shape().sizes()),
                  rows.transposed(9),
                  columns.transposed(35));
          return List.of(out, dx);
        });
  }

  @ParameterizedTest
  @CsvSource({"2, 4, 1", "3, 6, 35", "1, 4, 17", "2, 2, 5001"})
  void norms(int batch, int channels, int positions) {
    for (DType dtype : COMPUTED) {
      for (boolean affine : new boolean[] {true, false}) {
        String name = dtype + " " + Shape.of(batch, channels, positions) + " affine " + affine;
        AGREEMENT.check(
            "batch norm " + name,
            SUM_UNITS,
            (backend, random) ->
                batchNorm(backend, random, dtype, affine, batch, channels, positions));
        AGREEMENT.check(
            "group norm " + name,
            SUM_UNITS,
            (backend, random) ->
                groupNorm(backend, random, dtype, affine, batch, channels, positions));
      }
    }
  }

  private static List<Tensor> batchNorm(
      Backend backend, RandomTensors random, DType dtype, boolean affine, int... sizes) {
    Tensor x = random.of(dtype, sizes);
    Tensor weight = affine ? random.of(dtype, sizes[1]) : null;
    Tensor bias = affine ? random.of(dtype, sizes[1]) : null;
    Tensor mean = Tensor.empty(dtype, Shape.of(sizes[1]));
    Tensor variance = Tensor.empty(dtype, mean.shape());
    backend.channelNormalization().channelStatistics(mean, variance, x);
    Tensor out = Tensor.empty(dtype, x.shape());
    backend.channelNormalization().batchNorm(out, x, mean, variance, weight, bias, 0.1);
    Tensor dy = random.of(dtype, sizes);
    Tensor dx = Tensor.empty(dtype, x.shape());
    Tensor dFixed = Tensor.empty(dtype, x.shape());
    Tensor dWeight = random.of(dtype, sizes[1]);
    Tensor dBias = random.of(dtype, sizes[1]);
    backend
        .channelNormalization()
        .batchNormGrad(dx, dWeight, dBias, dy, x, mean, variance, weight, 0.1, true);
    backend
        .channelNormalization()
        .batchNormGrad(dFixed, null, null, dy, x, mean, variance, weight, 0.1, false);
    return List.of(mean, variance, out, dx, dFixed, dWeight, dBias);
  }

  private static List<Tensor> groupNorm(
      Backend backend, RandomTensors random, DType dtype, boolean affine, int... sizes) {
    Tensor x = random.of(dtype, sizes);
    Tensor weight = affine ? random.of(dtype, sizes[1]) : null;
    Tensor bias = affine ? random.of(dtype, sizes[1]) : null;
    Tensor mean = Tensor.empty(dtype, Shape.of(sizes[0], 2));
    Tensor rstd = Tensor.empty(dtype, mean.shape());
    Tensor out = Tensor.empty(dtype, x.shape());
    backend.channelNormalization().groupNorm(out, mean, rstd, x, weight, bias, 0.1);
    Tensor dx = Tensor.empty(dtype, x.shape());
    Tensor dWeight = random.of(dtype, sizes[1]);
    Tensor dBias = random.of(dtype, sizes[1]);
    backend
        .channelNormalization()
        .groupNormGrad(dx, dWeight, dBias, random.of(dtype, sizes), x, mean, rstd, weight);
    return List.of(mean, rstd, out, dx, dWeight, dBias);
  }
}
