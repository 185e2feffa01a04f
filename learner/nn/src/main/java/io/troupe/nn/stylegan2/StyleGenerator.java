package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * The generator: {@code mapping} makes a latent vector of noise, and {@code synthesis} an image,
 * with the vector as the style of each layer.
 */
public final class StyleGenerator extends Module {
  private static final double AVERAGE_DECAY = 0.995;

  private final MappingNetwork mapping;
  private final Tensor average;
  private final List<SynthesisBlock> blocks = new ArrayList<>();
  private final int numStyles;
  private final Shape noise;

  /** The part that has the running mean of latent vectors beside the mapping. */
  private static final class Mapping extends Module {
    Mapping(MappingNetwork network, Tensor average) {
      child("", network);
      buffer("w_avg", average);
    }
  }

  /** The blocks by size: {@code b4}, {@code b8}, .... */
  private static final class Synthesis extends Module {
    Synthesis(List<SynthesisBlock> blocks, int smallest) {
      int size = smallest;
      for (SynthesisBlock block : blocks) {
        child("b" + size, block);
        size *= 2;
      }
    }
  }

  StyleGenerator(StyleGan2.Architecture given, Initializer initializer) {
    this.noise = Shape.of(given.zDim());
    this.mapping =
        new MappingNetwork(
            given.zDim(), given.numLabels(), given.wDim(), given.mappingLayers(), initializer);
    this.average = initializer.constant(0, given.wDim());
    child("mapping", new Mapping(mapping, average));
    int layers = 0;
    for (int size = given.smallest(); size <= given.imageSize(); size *= 2) {
      blocks.add(new SynthesisBlock(given, size, layers, initializer));
      layers += blocks.getLast().numLayers();
    }
    child("synthesis", new Synthesis(blocks, given.smallest()));
    this.numStyles = layers + 1;
  }

  /** The shape of the noise of an image. */
  public Shape noise() {
    return noise;
  }

  /** The number of latent vectors of an image: one for each layer, and one for the last image. */
  public int numStyles() {
    return numStyles;
  }

  /**
   * The latent vectors of noise, the same for each layer.
   *
   * @param z standard normal numbers, (batch, zDim)
   * @param labels (batch, labels), 1 for the label of an image and 0 elsewhere; null without labels
   * @return (batch, layers, wDim)
   */
  public Tensor map(Tensor z, Tensor labels) {
    Tensor w = mapping.forward(z, labels);
    return w.reshape(w.size(0), 1, w.size(1)).expand(Shape.of(w.size(0), numStyles, w.size(1)));
  }

  /**
   * Adds latent vectors to the running mean.
   *
   * @param styles the result of {@link #map}
   */
  public void track(Tensor styles) {
    Tensor mean = styles.detach().narrow(1, 0, 1).mean(0).reshape(average.shape());
    average.muli(AVERAGE_DECAY).addScaledi(mean, 1 - AVERAGE_DECAY);
  }

  /**
   * Moves latent vectors towards their running mean (the truncation trick, arXiv:1812.04948,
   * section 3 of the appendix).
   *
   * @param styles (batch, layers, wDim)
   * @param psi 1 for no change, 0 for the mean
   * @param layers the number of layers whose vectors are moved
   */
  public Tensor truncated(Tensor styles, double psi, int layers) {
    Tensor mean = average.reshape(1, 1, -1);
    Tensor moved = styles.sub(mean).mul(psi).add(mean);
    return mixed(moved, styles, layers);
  }

  /**
   * Latent vectors of one source for the first layers and of another for the rest (style mixing).
   *
   * @param first (batch, layers, wDim)
   * @param rest of the same shape
   * @param layers that have vectors of {@code first}
   */
  public Tensor mixed(Tensor first, Tensor rest, int layers) {
    if (layers >= numStyles) {
      return first;
    }
    return Indexing.cat(
        1, List.of(first.narrow(1, 0, layers), rest.narrow(1, layers, numStyles - layers)));
  }

  /**
   * Generates images.
   *
   * @param styles latent vectors, (batch, layers, wDim)
   * @return about in [-1, 1], (batch, channels, height, width)
   */
  public Dual synthesize(Dual styles, Noise source) {
    SynthesisBlock.State state = null;
    Styles next = new Styles(styles, 0);
    for (SynthesisBlock block : blocks) {
      state = block.forward(state, next, source);
      next = next.after(block.numLayers());
    }
    return state.image();
  }
}
