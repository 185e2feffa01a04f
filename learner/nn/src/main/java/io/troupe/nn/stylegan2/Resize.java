package io.troupe.nn.stylegan2;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Convolution;
import io.troupe.tensor.backend.Window;

/** A convolution of 3 x 3 or 1 x 1 with another size of the result, filtered against aliasing. */
enum Resize {
  /** The same size. */
  NONE {
    @Override
    Tensor convolve(Tensor x, Tensor weight, FirFilter filter) {
      int kernel = weight.size(2);
      Window window = Window.of(kernel, kernel).withPadding(kernel / 2, kernel / 2);
      return Convolution.conv2d(x, weight, null, window, 1);
    }
  },
  /** Twice the rows and columns. */
  UP {
    @Override
    Tensor convolve(Tensor x, Tensor weight, FirFilter filter) {
      int kernel = weight.size(2);
      if (kernel == 1) {
        return filter.up(NONE.convolve(x, weight, filter));
      }
      Window window = Window.of(kernel, kernel).withStride(2, 2);
      Tensor transposed = weight.transpose(0, 1); // (in, out, kernel, kernel)
      Tensor large = Convolution.convTranspose2d(x, transposed, null, window, 1, 0, 0);
      return filter.blurred(large, 1, 2);
    }
  },
  /** Half of the rows and columns. */
  DOWN {
    @Override
    Tensor convolve(Tensor x, Tensor weight, FirFilter filter) {
      int kernel = weight.size(2);
      if (kernel == 1) {
        return NONE.convolve(filter.down(x), weight, filter);
      }
      Window window = Window.of(kernel, kernel).withStride(2, 2);
      return Convolution.conv2d(filter.blurred(x, 2, 1), weight, null, window, 1);
    }
  };

  /**
   * Convolves.
   *
   * @param x (batch, in, height, width)
   * @param weight (out, in, kernel, kernel)
   */
  abstract Tensor convolve(Tensor x, Tensor weight, FirFilter filter);
}
