package io.troupe.nn.hetero;

import io.troupe.nn.Module;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.tensor.Tensor;
import java.util.Map;

/** A network that computes class scores for the nodes of one type of a heterogeneous graph. */
public abstract sealed class HeteroNodeClassifier extends Module permits HAN, HGT {
  private final HeteroMetadata metadata;
  private final String target;

  HeteroNodeClassifier(HeteroMetadata metadata, String target) {
    metadata.requireNodeType("target", target);
    this.metadata = metadata;
    this.target = target;
  }

  /** The types of nodes and edges that the network has parameters for. */
  public final HeteroMetadata metadata() {
    return metadata;
  }

  /** The type of the nodes that are classified. */
  public final String target() {
    return target;
  }

  /** Whether the network can be trained on samples of {@link HGTSampler}. */
  public abstract boolean learnsFromSamples();

  /**
   * Scores the nodes of the target type.
   *
   * @param x features of the nodes of each type
   * @param graph with the types of {@link #metadata}
   * @return (nodes of the target type, outChannels)
   * @throws IllegalArgumentException if the graph has other types
   */
  public final Tensor forward(Map<String, NodeFeatures> x, HeteroGraph graph) {
    if (!graph.metadata().equals(metadata)) {
      throw new IllegalArgumentException(
          "graph must have node types %s and edge types %s, got %s and %s"
              .formatted(
                  metadata.nodeTypes(),
                  metadata.edgeTypes(),
                  graph.metadata().nodeTypes(),
                  graph.metadata().edgeTypes()));
    }
    for (String type : metadata.nodeTypes()) {
      NodeFeatures features = x.get(type);
      if (features == null || features.numNodes() != graph.numNodes(type)) {
        throw new IllegalArgumentException(
            "features of node type %s must have %d rows, got %s"
                .formatted(
                    type, graph.numNodes(type), features == null ? "none" : features.numNodes()));
      }
    }
    return scores(x, graph);
  }

  abstract Tensor scores(Map<String, NodeFeatures> x, HeteroGraph graph);
}
