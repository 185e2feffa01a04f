package io.troupe.nn.cyclegan;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.NamedChain;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.LeakyReLU;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/** The layers of {@link Generator.Unet}: each level contains the next smaller one. */
final class UnetLayers {
  private static final ConvOptions HALF = ConvOptions.kernelSize(4).withStride(2).withPadding(1);
  private static final Layer LEAKY = new LeakyReLU(0.2);
  private static final int WIDENINGS = 3; // the width doubles up to 8 times the first one
  private static final int FEWEST = 5;

  private UnetLayers() {}

  static NamedChain network(int in, int out, int features, int numDowns, Convolutions create) {
    if (numDowns < FEWEST) {
      throw new IllegalArgumentException("num_downs must be 5 or more, got " + numDowns);
    }
    int widest = features << WIDENINGS;
    Level level = new Level(widest, widest, null, create);
    for (int i = FEWEST; i < numDowns; i++) {
      level = new Level(widest, widest, level, create);
    }
    for (int width = widest / 2; width >= features; width /= 2) {
      level = new Level(width, 2 * width, level, create);
    }
    List<Layer> outermost =
        List.of(
            create.normed(in, features, HALF),
            level,
            Activation.RELU,
            create.lastUp(2 * features, out, HALF),
            Activation.TANH);
    return new NamedChain("model", new NamedChain("model", outermost));
  }

  /** A level with a skip connection: (batch, outer, ...) to (batch, 2 outer, ...). */
  private static final class Level extends Module implements Layer {
    private final Sequential model;

    /**
     * A level.
     *
     * @param inner the next smaller level; null for the smallest
     */
    Level(int outer, int width, Level inner, Convolutions create) {
      List<Layer> layers = new ArrayList<>();
      layers.add(x -> x); // the place of the activation, see forward
      layers.add(create.normed(outer, width, HALF));
      if (inner != null) {
        layers.add(create.normOf(width));
        layers.add(inner);
      }
      layers.add(Activation.RELU);
      layers.add(create.normedUp(inner == null ? width : 2 * width, outer, HALF, 0));
      layers.add(create.normOf(outer));
      model = child("model", Sequential.of(layers));
    }

    /** The original activates its input in place, so that the skip connection is activated too. */
    @Override
    public Tensor forward(Tensor x) {
      Tensor active = LEAKY.forward(x);
      return Indexing.cat(1, List.of(active, model.forward(active)));
    }
  }
}
