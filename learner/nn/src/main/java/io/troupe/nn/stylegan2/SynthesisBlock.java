package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;

/** The layers of the generator for one size of images. */
final class SynthesisBlock extends Module {
  private static final double HALF_VARIANCE = Math.sqrt(0.5);

  private final FirFilter filter;
  private final Tensor start; // null but in the first block
  private final SynthesisLayer conv0; // null in the first block
  private final SynthesisLayer conv1;
  private final EqualizedConv2d skip; // null without residual connections
  private final ToRgb toRgb; // null where the block adds nothing to the image

  /** Features, and the image so far: null before the first layer that makes one. */
  record State(Dual features, Dual image) {}

  /**
   * A block.
   *
   * @param size rows and columns of its results
   * @param firstLayer number of layers before
   */
  SynthesisBlock(StyleGan2.Architecture given, int size, int firstLayer, Initializer initializer) {
    int out = given.features(size);
    int wDim = given.wDim();
    double clamp = given.generatorClamp();
    boolean isFirst = size == given.smallest();
    boolean isLast = size == given.imageSize();
    int in = isFirst ? out : given.features(size / 2);
    boolean isResidual = given.generator() == StyleGan2.Connections.RESIDUAL;
    this.filter = child("", new FirFilter(initializer));
    this.start = isFirst ? parameter("const", initializer.normal(1, out, size, size)) : null;
    this.conv0 =
        isFirst
            ? null
            : child(
                "conv0",
                new SynthesisLayer(firstLayer, wDim, in, out, size, Resize.UP, clamp, initializer));
    this.conv1 =
        child(
            "conv1",
            new SynthesisLayer(
                firstLayer + numLayers() - 1,
                wDim,
                out,
                out,
                size,
                Resize.NONE,
                clamp,
                initializer));
    this.toRgb =
        isLast || !isResidual
            ? child("torgb", new ToRgb(wDim, out, given.channels(), clamp, initializer))
            : null;
    this.skip =
        isResidual && !isFirst
            ? child("skip", EqualizedConv2d.skip(in, out, Resize.UP, initializer))
            : null;
  }

  /** The number of convolutions with a latent vector of their own. */
  int numLayers() {
    return conv0 == null ? 1 : 2;
  }

  /**
   * Continues with the larger size.
   *
   * @param before the result of the block before; null for the first
   * @param styles the latent vectors of the layers, then that of the layer to the image
   */
  State forward(State before, Styles styles, Noise noise) {
    Dual features;
    int next = 0;
    if (conv0 == null) {
      features = conv1.forward(Dual.constant(startOf(styles.batch())), styles.of(next++), noise, 1);
    } else if (skip == null) {
      features = conv0.forward(before.features(), styles.of(next++), noise, 1);
      features = conv1.forward(features, styles.of(next++), noise, 1);
    } else {
      Dual residual = skip.forward(before.features(), HALF_VARIANCE);
      features = conv0.forward(before.features(), styles.of(next++), noise, 1);
      features = conv1.forward(features, styles.of(next++), noise, HALF_VARIANCE).add(residual);
    }
    Dual image =
        before == null || before.image() == null ? null : before.image().linear(filter::up);
    if (toRgb != null) {
      Dual added = toRgb.forward(features, styles.of(next));
      image = image == null ? added : image.add(added);
    }
    return new State(features, image);
  }

  private Tensor startOf(int batch) {
    Tensor one = start.reshape(start.shape().prepend(1));
    return one.expand(start.shape().prepend(batch));
  }
}
