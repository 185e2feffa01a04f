package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * From normal noise and labels to latent vectors (arXiv:1812.04948, section 2), by layers that
 * learn at a hundredth of the learning rate.
 */
final class MappingNetwork extends Module {
  private static final double RATE = 0.01;
  private static final double EPS = 1e-8;

  private final EqualizedLinear embedding; // null without labels
  private final List<EqualizedLinear> layers = new ArrayList<>();

  /**
   * A network.
   *
   * @param zDim size of the noise; 0 for labels alone
   * @param cDim number of labels; 0 for noise alone
   * @param wDim size of the result
   */
  MappingNetwork(int zDim, int cDim, int wDim, int numLayers, Initializer initializer) {
    embedding =
        cDim > 0 ? child("embed", EqualizedLinear.linear(cDim, wDim, 0, initializer)) : null;
    int in = zDim + (cDim > 0 ? wDim : 0);
    for (int i = 0; i < numLayers; i++) {
      layers.add(child("fc" + i, EqualizedLinear.active(in, wDim, RATE, initializer)));
      in = wDim;
    }
  }

  /**
   * Maps.
   *
   * @param z standard normal numbers, (batch, zDim), or null
   * @param labels (batch, cDim), 1 for the label of an image and 0 elsewhere, or null
   * @return (batch, wDim)
   */
  Tensor forward(Tensor z, Tensor labels) {
    List<Tensor> inputs = new ArrayList<>();
    if (z != null) {
      inputs.add(normalized(z));
    }
    if (embedding != null) {
      inputs.add(normalized(embedding.forward(Dual.constant(labels)).value()));
    }
    Dual x = Dual.constant(inputs.size() == 1 ? inputs.getFirst() : Indexing.cat(1, inputs));
    for (EqualizedLinear layer : layers) {
      x = layer.forward(x);
    }
    return x.value();
  }

  /** Vectors whose squares have a mean of 1. */
  private static Tensor normalized(Tensor x) {
    Tensor squares = x.apply(UnaryOp.SQUARE).mean(1).reshape(x.size(0), 1);
    return x.mul(squares.add(EPS).apply(UnaryOp.RSQRT));
  }
}
