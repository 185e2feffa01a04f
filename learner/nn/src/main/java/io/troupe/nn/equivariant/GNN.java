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
 * A message-passing network over particles that is not equivariant: the baseline {@code GNN} of the
 * N-body experiment of arXiv:2102.09844, with its parameters. Positions and velocities are features
 * of the nodes; a decoder predicts positions in three dimensions.
 */
public final class GNN extends ParticleNetwork {
  private static final int DIMENSIONS = 3;

  private final Layer embedding;
  private final Layer decoder;
  private final List<MessageLayer> layers;

  /**
   * A network with PyTorch's initial values.
   *
   * @param hiddenNf features of a node between layers
   * @param nLayers number of layers
   */
  public GNN(int hiddenNf, int nLayers, Initializer initializer) {
    this.embedding =
        child("embedding", Sequential.of(Linear.of(2 * DIMENSIONS, hiddenNf, true, initializer)));
    this.layers = new ArrayList<>();
    for (int i = 0; i < nLayers; i++) {
      layers.add(child("gcl_" + i, new MessageLayer(hiddenNf, 1, true, false, initializer)));
    }
    this.decoder =
        child(
            "decoder",
            Sequential.of(
                Linear.of(hiddenNf, hiddenNf, true, initializer),
                Activation.SILU,
                Linear.of(hiddenNf, DIMENSIONS, true, initializer)));
  }

  @Override
  public Tensor forward(Particles particles) {
    NodePairs pairs = particles.pairs();
    Tensor h =
        embedding.forward(Indexing.cat(1, List.of(particles.positions(), particles.velocities())));
    for (MessageLayer layer : layers) {
      h = layer.update(h, pairs, layer.messages(h, pairs, particles.chargeProducts()));
    }
    return decoder.forward(h);
  }
}
