package io.troupe.nn.mlp;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/**
 * A multilayer perceptron with PyTorch's initial values. An input with more than two dimensions,
 * such as an image, is flattened. In PyTorch, for the widths 784, 128 and 10:
 *
 * <pre>{@code
 * class MLP(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.layers = nn.ModuleList([nn.Linear(784, 128), nn.Linear(128, 10)])
 *     def forward(self, x):
 *         x = x.flatten(1)
 *         for layer in self.layers[:-1]:
 *             x = F.dropout(F.relu(layer(x)), p, self.training)
 *         return self.layers[-1](x)
 * }</pre>
 */
public final class Mlp extends Module implements Layer {
  private final Sequential stack;

  /**
   * A perceptron.
   *
   * @param widths features of the input, of each hidden layer and of the output; two or more
   * @param activation between layers
   * @param dropout probability after each activation, in [0, 1)
   */
  public Mlp(List<Integer> widths, Layer activation, double dropout, Initializer initializer) {
    if (widths.size() < 2) {
      throw new IllegalArgumentException(
          "widths of an MLP must contain those of its input and output, got " + widths);
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i + 1 < widths.size(); i++) {
      Linear linear = Linear.of(widths.get(i), widths.get(i + 1), true, initializer);
      layers.add(child("layers." + i, linear));
      if (i + 2 < widths.size()) {
        layers.add(activation);
        layers.add(child("dropout." + i, new Dropout(dropout, Philox.of(i))));
      }
    }
    this.stack = Sequential.of(layers);
  }

  /**
   * Applies the layers.
   *
   * @param x (batch, ...), with as many elements per example as the first width
   * @return (batch, last width)
   */
  @Override
  public Tensor forward(Tensor x) {
    return stack.forward(x.rank() > 2 ? x.reshape(x.size(0), -1) : x);
  }
}
