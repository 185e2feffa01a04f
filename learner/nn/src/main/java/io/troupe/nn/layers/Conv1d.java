package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Convolution;
import io.troupe.tensor.backend.Window;

/**
 * Convolution over sequences, as {@code torch.nn.Conv1d}; computed as a convolution over images
 * with one row.
 */
public final class Conv1d extends Module implements Layer {
  private static final Window.Axis ONE_ROW = new Window.Axis(1, 1, 0, 1);

  private final Tensor weight;
  private final Tensor bias;
  private final Window window;
  private final int groups;

  private Conv1d(Tensor weight, Tensor bias, ConvOptions options) {
    this.weight = parameter("weight", weight);
    this.bias = bias == null ? null : parameter("bias", bias);
    this.window = new Window(ONE_ROW, options.window().width());
    this.groups = options.groups();
  }

  /**
   * PyTorch's initial values: weight and bias uniform within 1 / sqrt(inChannels / groups *
   * kernelSize).
   *
   * @param options; only the width is used
   */
  public static Conv1d of(
      int inChannels, int outChannels, ConvOptions options, Initializer initializer) {
    int in = options.perGroup("inChannels", inChannels);
    options.perGroup("outChannels", outChannels);
    int kernel = options.window().width().kernel();
    double bound = 1 / Math.sqrt((double) in * kernel);
    Tensor weight = initializer.uniform(bound, outChannels, in, kernel);
    return new Conv1d(
        weight, options.bias() ? initializer.uniform(bound, outChannels) : null, options);
  }

  /**
   * Applies the layer.
   *
   * @param x (batch, inChannels, length)
   * @return (batch, outChannels, outLength)
   */
  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() != 3) {
      throw new ShapeException(
          "input of Conv1d must be (batch, channels, length), got " + x.shape());
    }
    Tensor row = x.reshape(x.size(0), x.size(1), 1, x.size(2));
    Tensor kernel = weight.reshape(weight.size(0), weight.size(1), 1, weight.size(2));
    Tensor out = Convolution.conv2d(row, kernel, bias, window, groups);
    return out.reshape(out.size(0), out.size(1), out.size(3));
  }

  /** (outChannels, inChannels / groups, kernelSize). */
  public Tensor weight() {
    return weight;
  }
}
