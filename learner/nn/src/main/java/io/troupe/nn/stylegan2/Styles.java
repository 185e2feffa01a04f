package io.troupe.nn.stylegan2;

/**
 * The latent vectors of the layers of a generator, from one of them on.
 *
 * @param all (batch, layers, wDim)
 * @param first layer
 */
record Styles(Dual all, int first) {
  int batch() {
    return all.value().size(0);
  }

  /** Those from a later layer on. */
  Styles after(int layers) {
    return new Styles(all, first + layers);
  }

  /** The vectors of a layer, (batch, wDim). */
  Dual of(int layer) {
    return all.linear(part -> part.narrow(1, first + layer, 1).reshape(part.size(0), part.size(2)));
  }
}
