package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import java.util.List;

/**
 * Layers one after the other, as {@code torch.nn.Sequential}: those that are modules are named by
 * their place, counted from 0, and those without parameters take a place all the same.
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

  /** Chains layers; none at all is the identity. */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  /** Chains layers; none at all is the identity. */
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
