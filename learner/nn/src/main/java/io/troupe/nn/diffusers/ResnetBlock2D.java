package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/**
 * Two convolutions with group norms and a residual connection (He et al. 2016), which receive the
 * time between them, as {@code ResnetBlock2D} of diffusers.
 */
final class ResnetBlock2D extends Module implements Resampler {
  private final ResnetOptions options;
  private final Layer resampling;
  private final GroupNorm norm1;
  private final Conv2d conv1;
  private final Linear timeEmbProj;
  private final GroupNorm norm2;
  private final Conv2d conv2;
  private final Conv2d convShortcut;

  /** A block that keeps the size of images. */
  ResnetBlock2D(int inChannels, int outChannels, ResnetOptions options, Initializer initializer) {
    this(inChannels, outChannels, options, x -> x, initializer);
  }

  /**
   * A block that resamples images before its first convolution.
   *
   * @param resampling applied to the input and to the normalized input
   */
  ResnetBlock2D(
      int inChannels,
      int outChannels,
      ResnetOptions options,
      Layer resampling,
      Initializer initializer) {
    this.options = options;
    this.resampling = resampling;
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    this.norm1 = child("norm1", options.norm(inChannels, initializer));
    this.conv1 = child("conv1", Conv2d.of(inChannels, outChannels, kernel, initializer));
    int ofTime = options.timeShift() == TimeShift.SCALE_SHIFT ? 2 * outChannels : outChannels;
    this.timeEmbProj =
        options.timeChannels() == 0
            ? null
            : child("time_emb_proj", Linear.of(options.timeChannels(), ofTime, true, initializer));
    this.norm2 = child("norm2", options.norm(outChannels, initializer));
    this.conv2 = child("conv2", Conv2d.of(outChannels, outChannels, kernel, initializer));
    this.convShortcut =
        inChannels == outChannels
            ? null
            : child("conv_shortcut", Conv2d.of(inChannels, outChannels, 1, initializer));
  }

  /**
   * Applies the block.
   *
   * @param x (batch, inChannels, height, width)
   * @param time (batch, timeChannels); null without time
   * @return (batch, outChannels, height, width), resampled
   */
  Tensor forward(Tensor x, Tensor time) {
    Tensor activated = resampling.forward(options.activation().forward(norm1.forward(x)));
    Tensor h = conv1.forward(activated);
    h = options.activation().forward(timed(h, time));
    h = conv2.forward(h);
    Tensor residual = resampling.forward(x);
    return h.add(convShortcut == null ? residual : convShortcut.forward(residual));
  }

  /** The second norm of the first result, with the time. */
  private Tensor timed(Tensor h, Tensor time) {
    if (timeEmbProj == null) {
      return norm2.forward(h);
    }
    Tensor projected = timeEmbProj.forward(options.activation().forward(time));
    Tensor ofChannels = projected.reshape(projected.size(0), projected.size(1), 1, 1);
    if (options.timeShift() == TimeShift.DEFAULT) {
      return norm2.forward(h.add(ofChannels));
    }
    int channels = h.size(1);
    Tensor scale = ofChannels.narrow(1, 0, channels);
    Tensor shift = ofChannels.narrow(1, channels, channels);
    return norm2.forward(h).mul(scale.add(1)).add(shift);
  }

  @Override
  public Tensor forward(Tensor x, Tensor time, Size target) {
    return forward(x, time);
  }
}
