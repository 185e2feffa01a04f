package io.troupe.tensor.cpu.images;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.memory.Memory;

/**
 * The sizes of a convolution. An output element is a sum over {@code k = inChannels / groups *
 * kernelHeight * kernelWidth} products, numbered as the weight stores them.
 *
 * @param width elements of a row of an image, {@code outWidth} of a row of an output channel
 * @param interleaved images whose elements alternate in each row; 1 where images are separate
 */
public record ConvolutionShape(
    int batch,
    int inChannels,
    int height,
    int width,
    int outChannels,
    int outHeight,
    int outWidth,
    Window window,
    int groups,
    int interleaved) {

  /**
   * The convolution from images to windows.
   *
   * @param x (batch, inChannels, height, width)
   * @param out (batch, outChannels, outHeight, outWidth)
   */
  public static ConvolutionShape of(Tensor x, Tensor out, Window window, int groups) {
    return new ConvolutionShape(
        x.size(0),
        x.size(1),
        x.size(2),
        x.size(3),
        out.size(1),
        out.size(2),
        out.size(3),
        window,
        groups,
        1);
  }

  /**
   * The same convolution of one image in which the elements of all images alternate: (channels,
   * height, width, batch). Rows of small images are short; those of the whole batch are not.
   */
  public ConvolutionShape interleave() {
    return new ConvolutionShape(
        1,
        inChannels,
        height,
        width * batch,
        outChannels,
        outHeight,
        outWidth * batch,
        window,
        groups,
        batch);
  }

  /** Whether outputs are products of single elements, at their own positions. */
  public boolean isPointwise() {
    return isPointwise(window.height()) && isPointwise(window.width());
  }

  private static boolean isPointwise(Window.Axis axis) {
    return isSingle(axis) && axis.stride() == 1;
  }

  /** Whether outputs are products of single elements of some rows and columns only. */
  public boolean isSampling() {
    return isSingle(window.height()) && isSingle(window.width()) && !isPointwise();
  }

  private static boolean isSingle(Window.Axis axis) {
    return axis.kernel() == 1 && axis.padding() == 0;
  }

  /**
   * The pointwise convolution of images that have only the elements that this one reads; see {@link
   * #isSampling}.
   */
  public ConvolutionShape sampled() {
    return new ConvolutionShape(
        batch,
        inChannels,
        outHeight,
        outWidth,
        outChannels,
        outHeight,
        outWidth,
        Window.of(1),
        groups,
        1);
  }

  /** Elements of the kernel. */
  public int kernel() {
    return window.height().kernel() * window.width().kernel();
  }

  /** Products per output element. */
  public int k() {
    return inChannels / groups * kernel();
  }

  /** Positions of an output channel. */
  public int outPlane() {
    return outHeight * outWidth;
  }

  /** Output channels of a group. */
  public int groupOut() {
    return outChannels / groups;
  }

  /** Input channels of a group. */
  public int groupIn() {
    return inChannels / groups;
  }

  /** Windows of all images. */
  public long columns() {
    return (long) batch * outPlane();
  }

  /**
   * The convolution of the windows' gradients that gives the images' gradients, with the weight
   * that {@link #transposeWeight} writes; null where there is none, as with a stride.
   */
  public ConvolutionShape transposed() {
    Window.Axis down = transposed(window.height(), outHeight, height);
    Window.Axis across = transposed(window.width(), outWidth / interleaved, width / interleaved);
    return down == null || across == null
        ? null
        : new ConvolutionShape(
            batch,
            outChannels,
            outHeight,
            outWidth,
            inChannels,
            height,
            width,
            new Window(down, across),
            groups,
            interleaved);
  }

  private static Window.Axis transposed(Window.Axis axis, int in, int out) {
    int padding = axis.span() - 1 - axis.padding();
    return axis.stride() == 1 && padding >= 0 && in + 2 * padding - axis.span() + 1 == out
        ? new Window.Axis(axis.kernel(), 1, padding, axis.dilation())
        : null;
  }

  /**
   * Writes the row of one input channel of the weight with both sides exchanged and the kernels
   * rotated.
   */
  public void transposeWeight(long transposed, long weight, int channel) {
    int kernel = kernel();
    int group = channel / groupIn();
    long to = transposed + 4L * channel * groupOut() * kernel;
    for (int o = 0; o < groupOut(); o++) {
      long from =
          weight + 4 * ((long) (group * groupOut() + o) * k() + channel % groupIn() * kernel);
      for (int i = 0; i < kernel; i++) {
        Memory.setFloat(to + 4L * (o * kernel + i), Memory.getFloat(from + 4L * (kernel - 1 - i)));
      }
    }
  }

  /** The index of the input element that product {@code k} reads; -1 for padding. */
  public long input(int n, int o, int k, int p) {
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
