package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import java.util.List;

/**
 * A chain of layers, as {@code torch.nn.Sequential}. A module is named by its index in the chain;
 * layers without parameters count as well.
 */
public final class Sequential extends Module implements Layer {
  private final List<Layer> layers;

  private Sequential(List<Layer> layers) {
    this.layers = layers;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof Module module) {
        child(Integer.toString(i), module);
      }
    }
  }

  /** Chains layers; an empty chain is the identity. */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  /** Chains layers; an empty chain is the identity. */
  public static Sequential of(List<? extends Layer> layers) {
    return new Sequential(List.copyOf(layers));
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor y = x;
    for (Layer layer : layers) {
      y = layer.forward(y);
    }
    return y;
  }
}
