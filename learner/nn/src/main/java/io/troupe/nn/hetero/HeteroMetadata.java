package io.troupe.nn.hetero;

import java.util.HashSet;
import java.util.List;

/**
 * The types of a heterogeneous graph, as {@code HeteroData.metadata()} of PyTorch Geometric.
 *
 * @param nodeTypes types of nodes
 * @param edgeTypes types of edges, each between two of these
 */
public record HeteroMetadata(List<String> nodeTypes, List<EdgeType> edgeTypes) {
  /** Copies the lists; checks that types are distinct and that edges connect known types. */
  public HeteroMetadata {
    nodeTypes = List.copyOf(nodeTypes);
    edgeTypes = List.copyOf(edgeTypes);
    if (new HashSet<>(nodeTypes).size() < nodeTypes.size()
        || new HashSet<>(edgeTypes).size() < edgeTypes.size()) {
      throw new IllegalArgumentException(
          "types must be distinct, got node types %s and edge types %s"
              .formatted(String.join(", ", nodeTypes), edgeTypes));
    }
    for (EdgeType type : edgeTypes) {
      requireNodeType("source of edge type " + type, type.source(), nodeTypes);
      requireNodeType("target of edge type " + type, type.target(), nodeTypes);
    }
  }

  /**
   * Checks that a type of nodes exists.
   *
   * @param what for the error
   * @throws IllegalArgumentException if it does not exist
   */
  public void requireNodeType(String what, String type) {
    requireNodeType(what, type, nodeTypes);
  }

  private static void requireNodeType(String what, String type, List<String> known) {
    if (!known.contains(type)) {
      throw new IllegalArgumentException(
          "%s must be one of the node types %s, got %s"
              .formatted(what, String.join(", ", known), type));
    }
  }

  /** The types of edges to a type of nodes. */
  List<EdgeType> into(String target) {
    return edgeTypes.stream().filter(type -> type.target().equals(target)).toList();
  }
}
