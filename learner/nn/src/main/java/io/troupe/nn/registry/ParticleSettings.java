package io.troupe.nn.registry;

import io.troupe.nn.equivariant.NodePairs;
import io.troupe.tensor.Tensor;
import java.util.Map;

/** Settings and inputs of networks over particles, with the names of the code of EGNN. */
final class ParticleSettings {
  static final Hyperparameter<Integer> HIDDEN_NF =
      Hyperparameter.whole("hidden_nf", 64, 1, 1 << 16, "features of a node between layers");
  static final Hyperparameter<Integer> N_LAYERS =
      Hyperparameter.whole("n_layers", 4, 1, 64, "layers of message passing");

  static final InputSize NODES = InputSize.any("nodes");
  private static final InputSize PAIRS = InputSize.any("pairs");
  private static final int DIMENSIONS = 3;

  private ParticleSettings() {}

  /** A vector in space for each node. */
  static InputTensor vectors(String name) {
    return InputTensor.floats(name, NODES, InputSize.exactly("dimensions", DIMENSIONS));
  }

  /** The receiver and the sender of each message. */
  static InputTensor edgeIndex() {
    return InputTensor.integers("edge_index", InputSize.exactly("ends", 2), PAIRS);
  }

  /** Features of each pair. */
  static InputTensor edgeAttr(int features) {
    return InputTensor.floats("edge_attr", PAIRS, InputSize.exactly("features", features));
  }

  /** The pairs of {@link #edgeIndex}. */
  static NodePairs pairs(Map<String, Tensor> inputs, int numNodes) {
    Tensor edgeIndex = inputs.get("edge_index");
    return NodePairs.of(numNodes, edgeIndex.slice(0).toInts(), edgeIndex.slice(1).toInts());
  }
}
