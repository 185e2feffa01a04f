package io.troupe.nn.equivariant;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * The equivariant graph convolutional layer (arXiv:2102.09844, equations 3 to 7) with the
 * parameters of {@code E_GCL}: messages depend on squared distances, and each node moves along the
 * differences to the others, weighted by a number computed from the message.
 */
final class EquivariantLayer extends MessageLayer {
  /** The bound of the initial weights of the last layer of {@code coord_mlp}, times this gain. */
  private static final double GAIN = 0.001;

  /** Added to a distance before the division, as in the original code. */
  private static final double EPSILON = 1e-8;

  private final EquivariantOptions options;
  private final Layer coordMlp;
  private final Layer velocityMlp; // null without velocities

  /**
   * A layer with the initial values of the original code.
   *
   * @param width features of a node and of a message
   * @param edgeFeatures features of a pair beside the squared distance
   */
  EquivariantLayer(
      int width, int edgeFeatures, EquivariantOptions options, Initializer initializer) {
    super(width, 1 + edgeFeatures, options.residual(), options.attention(), initializer);
    this.options = options;
    double bound = GAIN * Math.sqrt(6.0 / (width + 1));
    List<Layer> layers = new ArrayList<>();
    layers.add(Linear.of(width, width, true, initializer));
    layers.add(Activation.SILU);
    layers.add(Linear.of(initializer.uniform(bound, 1, width), null));
    if (options.tanh()) {
      layers.add(Activation.TANH);
    }
    this.coordMlp = child("coord_mlp", Sequential.of(layers));
    this.velocityMlp =
        options.velocity()
            ? child(
                "coord_mlp_vel",
                Sequential.of(
                    Linear.of(width, width, true, initializer),
                    Activation.SILU,
                    Linear.of(width, 1, true, initializer)))
            : null;
  }

  /**
   * Features and coordinates of nodes.
   *
   * @param h (nodes, width)
   * @param x (nodes, dimensions)
   */
  record Nodes(Tensor h, Tensor x) {}

  /**
   * Applies the layer.
   *
   * @param edgeAttr (pairs, edgeFeatures), or null if there are none
   * @param velocity (nodes, dimensions), or null for a layer without velocities
   */
  Nodes forward(Nodes nodes, NodePairs edges, Tensor edgeAttr, Tensor velocity) {
    Tensor difference = edges.ofReceivers(nodes.x).sub(edges.ofSenders(nodes.x));
    Tensor radial = difference.mul(difference).sum(1).reshape(edges.numPairs(), 1);
    Tensor direction =
        options.normalize() ? difference.div(radial.detach().sqrt().add(EPSILON)) : difference;
    Tensor features = edgeAttr == null ? radial : Indexing.cat(1, List.of(radial, edgeAttr));
    Tensor messages = messages(nodes.h, edges, features);
    Tensor moves = direction.mul(coordMlp.forward(messages)); // (pairs, dimensions)
    Tensor x = nodes.x.add(options.meanOfMoves() ? edges.mean(moves) : edges.sum(moves));
    if (velocityMlp != null) {
      x = x.add(velocity.mul(velocityMlp.forward(nodes.h)));
    }
    return new Nodes(update(nodes.h, edges, messages), x);
  }
}
