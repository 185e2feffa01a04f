package io.troupe.nn.cyclegan;

import io.troupe.nn.layers.BatchNorm2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.InstanceNorm2d;
import io.troupe.nn.layers.Layer;
import java.util.Locale;

/** The norm after the convolutions of a network. */
public enum ChannelNorm {
  /** {@link InstanceNorm2d}; convolutions before it have a bias, as in the original code. */
  INSTANCE {
    @Override
    Layer layer(int channels, Initializer initializer) {
      return new InstanceNorm2d();
    }

    @Override
    ConvOptions before(ConvOptions options) {
      return options;
    }
  },
  /** {@link BatchNorm2d}; convolutions before it have no bias. */
  BATCH {
    @Override
    Layer layer(int channels, Initializer initializer) {
      return new BatchNorm2d(channels, initializer);
    }

    @Override
    ConvOptions before(ConvOptions options) {
      return options.withoutBias();
    }
  };

  /** The norm of a setting, such as {@code instance}. */
  public static ChannelNorm named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The layer. */
  abstract Layer layer(int channels, Initializer initializer);

  /** The options of a convolution before the norm. */
  abstract ConvOptions before(ConvOptions options);
}
