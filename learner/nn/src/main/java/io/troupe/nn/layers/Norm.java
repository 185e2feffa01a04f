package io.troupe.nn.layers;

import io.troupe.nn.Module;

/** A normalization over the innermost dimension with parameters of its own. */
public abstract class Norm extends Module implements Layer {
  /** A norm without parameters. */
  protected Norm() {}
}
