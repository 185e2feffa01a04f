package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.BatchNorm1d;
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
 * The perceptron inside graph networks, with the parameters of {@code torch_geometric.nn.MLP}:
 * {@code lins.0.weight}, {@code norms.0.module.weight}. The last layer has no norm, activation or
 * dropout.
 */
public final class NodeMlp extends Module implements Layer {
  private final Sequential stack;

  /**
   * A perceptron.
   *
   * @param channels of the input, of each hidden layer and of the output; two or more
   * @param batchNorm whether hidden layers are normalized over the nodes
   * @param dropout probability after each hidden layer, in [0, 1)
   */
  public NodeMlp(
      List<Integer> channels, boolean batchNorm, double dropout, Initializer initializer) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i + 1 < channels.size(); i++) {
      Linear linear = Linear.of(channels.get(i), channels.get(i + 1), true, initializer);
      layers.add(child("lins." + i, linear));
      if (i + 2 < channels.size()) {
        if (batchNorm) {
          BatchNorm1d norm = new BatchNorm1d(channels.get(i + 1), initializer);
          layers.add(child("norms." + i + ".module", norm));
        }
        layers.add(Activation.RELU);
        layers.add(child("dropout." + i, new Dropout(dropout, Philox.of(i))));
      }
    }
    this.stack = Sequential.of(layers);
  }

  /** (nodes, first channels) to (nodes, last channels). */
  @Override
  public Tensor forward(Tensor x) {
    return stack.forward(x);
  }
}
