package io.troupe.nn.adversarial;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import java.util.List;

/** A chain of layers as the only child of a module, as in many published GANs. */
public final class NamedChain extends Module implements Layer {
  private final Layer layers;

  /**
   * A chain.
   *
   * @param name such as {@code main}
   */
  public NamedChain(String name, List<? extends Layer> layers) {
    this.layers = child(name, Sequential.of(layers));
  }

  /** A chain that is the only child of a further module. */
  public NamedChain(String name, NamedChain chain) {
    this.layers = child(name, chain);
  }

  @Override
  public Tensor forward(Tensor x) {
    return layers.forward(x);
  }
}
