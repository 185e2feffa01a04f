package io.troupe.nn.equivariant;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * The E(n)-equivariant graph neural network (arXiv:2102.09844). Coordinates in the output rotate,
 * shift and mirror with those in the input; features in the output do not change.
 *
 * <p>Without velocities, parameters have the names of {@code egnn_clean}: {@code embedding_in},
 * {@code gcl_0.edge_mlp.0}, {@code embedding_out}. With velocities, each layer also has the
 * parameters of {@code coord_mlp_vel} in the N-body model. Differences from that model: the names
 * of the embeddings are those of {@code egnn_clean} here too, and moves are not clamped to [-100,
 * 100].
 */
public final class EGNN extends ParticleNetwork {
  private final Linear embeddingIn;
  private final Linear embeddingOut;
  private final List<EquivariantLayer> layers;
  private final EquivariantOptions options;
  private final int edgeFeatures;

  /**
   * A network with the initial values of the original code.
   *
   * @param inNodeNf features of a node
   * @param inEdgeNf features of a pair, 0 for none
   * @param hiddenNf features of a node between layers
   * @param outNodeNf features of a node in the output
   * @param nLayers number of layers
   */
  public EGNN(
      int inNodeNf,
      int inEdgeNf,
      int hiddenNf,
      int outNodeNf,
      int nLayers,
      EquivariantOptions options,
      Initializer initializer) {
    this.options = options;
    this.edgeFeatures = inEdgeNf;
    this.embeddingIn = child("embedding_in", Linear.of(inNodeNf, hiddenNf, true, initializer));
    this.embeddingOut = child("embedding_out", Linear.of(hiddenNf, outNodeNf, true, initializer));
    this.layers = new ArrayList<>();
    for (int i = 0; i < nLayers; i++) {
      layers.add(child("gcl_" + i, new EquivariantLayer(hiddenNf, inEdgeNf, options, initializer)));
    }
  }

  /**
   * The output of the network.
   *
   * @param h features, (nodes, outNodeNf)
   * @param x coordinates, (nodes, dimensions)
   */
  public record Output(Tensor h, Tensor x) {}

  /**
   * Applies the network.
   *
   * @param h features, (nodes, inNodeNf)
   * @param x coordinates, (nodes, dimensions)
   * @param edgeAttr (pairs, inEdgeNf); null if inEdgeNf is 0
   * @param velocity (nodes, dimensions); null for a network without velocities
   */
  public Output forward(Tensor h, Tensor x, NodePairs edges, Tensor edgeAttr, Tensor velocity) {
    EquivariantLayer.Nodes nodes = layers(h, x, edges, edgeAttr, velocity);
    return new Output(embeddingOut.forward(nodes.h()), nodes.x());
  }

  private EquivariantLayer.Nodes layers(
      Tensor h, Tensor x, NodePairs edges, Tensor edgeAttr, Tensor velocity) {
    requireRows("h", h, edges.numNodes());
    requireRows("x", x, edges.numNodes());
    if (edgeFeatures > 0) {
      requireRows("edge_attr", edgeAttr, edges.numPairs());
    }
    EquivariantLayer.Nodes nodes = new EquivariantLayer.Nodes(embeddingIn.forward(h), x);
    for (EquivariantLayer layer : layers) {
      nodes = layer.forward(nodes, edges, edgeAttr, velocity);
    }
    return nodes;
  }

  private static void requireRows(String name, Tensor tensor, int rows) {
    if (tensor == null || tensor.rank() != 2 || tensor.size(0) != rows) {
      throw new ShapeException(
          name
              + " must have "
              + rows
              + " rows, got "
              + (tensor == null ? "none" : tensor.shape().toString()));
    }
  }

  /**
   * As in the N-body experiment: features of a node are its speed, those of a pair the product of
   * the charges and the initial squared distance.
   */
  @Override
  public Tensor forward(Particles particles) {
    Tensor v = particles.velocities();
    NodePairs pairs = particles.pairs();
    Tensor speed = v.mul(v).sum(1).sqrt().reshape(v.size(0), 1);
    Tensor difference =
        pairs.ofReceivers(particles.positions()).sub(pairs.ofSenders(particles.positions()));
    Tensor squared = difference.mul(difference).sum(1).reshape(pairs.numPairs(), 1);
    Tensor edgeAttr = Indexing.cat(1, List.of(particles.chargeProducts(), squared));
    return layers(
            speed,
            particles.positions(),
            pairs,
            edgeFeatures == 0 ? null : edgeAttr,
            options.velocity() ? v : null)
        .x();
  }
}
