package io.troupe.nn.dpt;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.ReLU;
import io.troupe.nn.layers.Sequential;
import io.troupe.nn.layers.Upsample;
import io.troupe.tensor.Tensor;

/**
 * DPT for the depth of each pixel; names of transformers' {@code DPTForDepthEstimation}. The result
 * is sixteen times as fine as the patches: with patches of 16 it has the size of the images.
 *
 * <p>Difference: the last bias starts at 1, since all depths are above 0. With small weights a bias
 * near 0 may leave the last ReLU without a gradient.
 */
public final class DptDepthModel extends Module implements Layer {
  private static final int HEAD_CHANNELS = 32;

  private final DptBackbone backbone;
  private final DptNeck neck;
  private final Sequential head;

  /** A model with random weights. */
  public DptDepthModel(DptConfig config, Initializer initializer) {
    this.backbone = child("dpt", new DptBackbone(config, initializer));
    this.neck = child("neck", new DptNeck(config, initializer));
    int channels = config.fusionHiddenSize();
    Conv2d last = Conv2d.of(HEAD_CHANNELS, 1, 1, initializer);
    last.bias().filli(1);
    ConvOptions same = ConvOptions.kernelSize(3).withPadding(1);
    this.head =
        child(
            "head.head",
            Sequential.of(
                Conv2d.of(channels, channels / 2, same, initializer),
                Upsample.bilinear(2, true),
                Conv2d.of(channels / 2, HEAD_CHANNELS, same, initializer),
                new ReLU(true),
                last,
                new ReLU(true)));
  }

  /** (batch, channels, imageSize, imageSize) to depths, (batch, height, width), at least 0. */
  @Override
  public Tensor forward(Tensor images) {
    Tensor depth = head.forward(neck.forward(backbone.forward(images)).getLast());
    return depth.reshape(depth.size(0), depth.size(2), depth.size(3));
  }

  /** As {@link #forward}, resized to the images: (batch, imageSize, imageSize). */
  public Tensor depthOfPixels(Tensor images) {
    Tensor depth = forward(images);
    return Upsample.bilinearTo(images.size(2), images.size(3), false)
        .forward(depth.reshape(depth.size(0), 1, depth.size(1), depth.size(2)))
        .reshape(depth.size(0), images.size(2), images.size(3));
  }
}
