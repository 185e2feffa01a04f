package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;

/** The layers of the discriminator for one size of images; the result has half the size. */
final class DiscriminatorBlock extends Module {
  private static final double HALF_VARIANCE = Math.sqrt(0.5);

  private final FirFilter filter;
  private final EqualizedConv2d fromRgb; // null where the block reads features only
  private final EqualizedConv2d conv0;
  private final EqualizedConv2d conv1;
  private final EqualizedConv2d skip; // null without residual connections

  /** Features, null before the first layer, and the image, null if it is not read any more. */
  record State(Dual features, Dual image) {}

  DiscriminatorBlock(StyleGan2.Architecture given, int size, Initializer initializer) {
    int in = given.features(size);
    int out = given.features(size / 2);
    double clamp = given.discriminatorClamp();
    boolean isResidual = given.discriminator() == StyleGan2.Connections.RESIDUAL;
    this.filter = child("", new FirFilter(initializer));
    this.fromRgb =
        size == given.imageSize() || !isResidual
            ? child(
                "fromrgb",
                EqualizedConv2d.active(given.channels(), in, 1, Resize.NONE, clamp, initializer))
            : null;
    this.conv0 = child("conv0", EqualizedConv2d.active(in, in, 3, Resize.NONE, clamp, initializer));
    this.conv1 =
        child("conv1", EqualizedConv2d.active(in, out, 3, Resize.DOWN, clamp, initializer));
    this.skip =
        isResidual ? child("skip", EqualizedConv2d.skip(in, out, Resize.DOWN, initializer)) : null;
  }

  State forward(State before) {
    Dual features = before.features();
    Dual image = before.image();
    if (fromRgb != null) {
      Dual read = fromRgb.forward(image);
      features = features == null ? read : features.add(read);
      image = skip == null ? image.linear(filter::down) : null;
    }
    Dual y = conv0.forward(features);
    return skip == null
        ? new State(conv1.forward(y), image)
        : new State(
            conv1.forward(y, HALF_VARIANCE).add(skip.forward(features, HALF_VARIANCE)), image);
  }
}
