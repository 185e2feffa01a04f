package io.troupe.tensor.autograd;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.backend.Window;

/**
 * Convolutions and transposed convolutions over images, with their gradients. Each is the gradient
 * of the other by its input, so three kernels serve both.
 */
public final class Convolution {
  private Convolution() {}

  /**
   * Convolution, as {@code torch.nn.functional.conv2d}.
   *
   * @param x (batch, inChannels, height, width)
   * @param weight (outChannels, inChannels / groups, kernelHeight, kernelWidth)
   * @param bias (outChannels), or null
   * @return (batch, outChannels, outHeight, outWidth)
   */
  public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    requireOperands("conv2d", x, weight, window, groups);
    if (x.size(1) != weight.size(1) * groups || weight.size(0) % groups != 0) {
      throw new ShapeException(
          "conv2d of images "
              + x.shape()
              + " with weight "
              + weight.shape()
              + " in "
              + groups
              + " groups must get images of "
              + weight.size(1) * groups
              + " channels, got "
              + x.size(1));
    }
    Shape shape =
        Shape.of(
            x.size(0),
            weight.size(0),
            window.height().outSize(x.size(2)),
            window.width().outSize(x.size(3)));
    Tensor out = Tensor.empty(x.dtype(), shape);
    Backend.of(out).convolution().conv2d(out, x, weight, bias, window, groups);
    return Node.record(
        "conv2d",
        out,
        Saved.ofOperands(x, weight),
        (gradient, inputs) -> {
          if (inputs.needed(0)) {
            Tensor dx = Tensor.empty(x.dtype(), x.shape());
            Backend.of(dx)
                .convolution()
                .convTranspose2d(dx, gradient, weight, null, window, groups);
            inputs.add(0, dx);
          }
          addWeightGrad(inputs, gradient, x, window, groups);
          addBiasGrad(inputs, gradient);
        },
        x,
        weight,
        bias);
  }

  /**
   * Transposed convolution, as {@code torch.nn.functional.conv_transpose2d}.
   *
   * @param x (batch, inChannels, height, width)
   * @param weight (inChannels, outChannels / groups, kernelHeight, kernelWidth)
   * @param bias (outChannels), or null
   * @param outputPaddingHeight rows added below the result, fewer than the stride or the dilation
   * @param outputPaddingWidth columns added on its right
   * @return (batch, outChannels, outHeight, outWidth)
   */
  public static Tensor convTranspose2d(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Window window,
      int groups,
      int outputPaddingHeight,
      int outputPaddingWidth) {
    requireOperands("convTranspose2d", x, weight, window, groups);
    if (x.size(1) != weight.size(0) || weight.size(0) % groups != 0) {
      throw new ShapeException(
          "convTranspose2d of images "
              + x.shape()
              + " with weight "
              + weight.shape()
              + " in "
              + groups
              + " groups must get images of "
              + weight.size(0)
              + " channels, got "
              + x.size(1));
    }
    Shape shape =
        Shape.of(
            x.size(0),
            weight.size(1) * groups,
            transposedSize(window.height(), x.size(2), outputPaddingHeight),
            transposedSize(window.width(), x.size(3), outputPaddingWidth));
    Tensor out = Tensor.empty(x.dtype(), shape);
    Backend.of(out).convolution().convTranspose2d(out, x, weight, bias, window, groups);
    return Node.record(
        "convTranspose2d",
        out,
        Saved.ofOperands(x, weight),
        (gradient, inputs) -> {
          if (inputs.needed(0)) {
            Tensor dx = Tensor.empty(x.dtype(), x.shape());
            Backend.of(dx).convolution().conv2d(dx, gradient, weight, null, window, groups);
            inputs.add(0, dx);
          }
          addWeightGrad(inputs, x, gradient, window, groups);
          addBiasGrad(inputs, gradient);
        },
        x,
        weight,
        bias);
  }

  private static int transposedSize(Window.Axis axis, int in, int outputPadding) {
    if (outputPadding < 0 || outputPadding >= Math.max(axis.stride(), axis.dilation())) {
      throw new ShapeException(
          "output padding must be in [0, "
              + Math.max(axis.stride(), axis.dilation())
              + "), the larger of stride and dilation, got "
              + outputPadding);
    }
    int size = (in - 1) * axis.stride() - 2 * axis.padding() + axis.span() + outputPadding;
    if (size < 1) {
      throw new ShapeException(
          "convTranspose2d of " + in + " positions with padding " + axis.padding() + " is empty");
    }
    return size;
  }

  private static void addWeightGrad(
      InputGradients inputs, Tensor ofWindows, Tensor image, Window window, int groups) {
    if (inputs.needed(1)) {
      boolean first = inputs.isFirst(1);
      Tensor dWeight = first ? inputs.first(1) : inputs.buffer(1);
      Backend.of(dWeight)
          .convolution()
          .conv2dWeightGrad(dWeight, ofWindows, image, window, groups, !first);
    }
  }

  private static void addBiasGrad(InputGradients inputs, Tensor gradient) {
    if (inputs.needed(2)) {
      int channels = gradient.size(1);
      Tensor dBias = Tensor.empty(gradient.dtype(), Shape.of(channels, 1, 1));
      Backend.of(dBias).reduction().reduce(ReduceOp.SUM, dBias, gradient);
      inputs.add(2, dBias.view(0, Shape.of(channels)));
    }
  }

  private static void requireOperands(
      String operation, Tensor x, Tensor weight, Window window, int groups) {
    Elementwise.requireSameType(operation, x, weight);
    if (x.rank() != 4
        || weight.rank() != 4
        || weight.size(2) != window.height().kernel()
        || weight.size(3) != window.width().kernel()
        || groups < 1) {
      throw new ShapeException(
          operation
              + " of images "
              + x.shape()
              + " with weight "
              + weight.shape()
              + " and a window of "
              + window.height().kernel()
              + " by "
              + window.width().kernel()
              + " must be (batch, channels, height, width) and a weight whose last sizes are the"
              + " window");
    }
  }
}
