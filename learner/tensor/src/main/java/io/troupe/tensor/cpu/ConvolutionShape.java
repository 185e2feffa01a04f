package io.troupe.tensor.cpu;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Window;

/**
 * The sizes of a convolution. An output element is a sum over {@code k = inChannels / groups *
 * kernelHeight * kernelWidth} products, numbered as the weight stores them.
 */
record ConvolutionShape(
    int batch,
    int inChannels,
    int height,
    int width,
    int outChannels,
    int outHeight,
    int outWidth,
    Window window,
    int groups) {

  /**
   * The convolution from images to windows.
   *
   * @param x (batch, inChannels, height, width)
   * @param out (batch, outChannels, outHeight, outWidth)
   */
  static ConvolutionShape of(Tensor x, Tensor out, Window window, int groups) {
    return new ConvolutionShape(
        x.size(0),
        x.size(1),
        x.size(2),
        x.size(3),
        out.size(1),
        out.size(2),
        out.size(3),
        window,
        groups);
  }

  /** Elements of the kernel. */
  int kernel() {
    return window.height().kernel() * window.width().kernel();
  }

  /** Products per output element. */
  int k() {
    return inChannels / groups * kernel();
  }

  /** Positions of an output channel. */
  int outPlane() {
    return outHeight * outWidth;
  }

  /** Output channels of a group. */
  int groupOut() {
    return outChannels / groups;
  }

  /** Input channels of a group. */
  int groupIn() {
    return inChannels / groups;
  }

  /** The index of the input element that product {@code k} reads; -1 for padding. */
  long input(int n, int o, int k, int p) {
    int channel = o / groupOut() * groupIn() + k / kernel();
    int inKernel = k % kernel();
    int row = at(window.height(), p / outWidth, inKernel / window.width().kernel());
    int column = at(window.width(), p % outWidth, inKernel % window.width().kernel());
    boolean isInside = row >= 0 && row < height && column >= 0 && column < width;
    return isInside ? (((long) n * inChannels + channel) * height + row) * width + column : -1;
  }

  private static int at(Window.Axis axis, int out, int element) {
    return out * axis.stride() - axis.padding() + element * axis.dilation();
  }
}
