package io.troupe.nn.hetero;

import io.troupe.tensor.Csr;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A graph with several types of nodes and edges. Nodes of each type are numbered from 0. Messages
 * are sent from the source to the target of an edge.
 *
 * <p>Edges that were prepared for a layer are computed once and cached. Immutable and thread-safe.
 */
public final class HeteroGraph {
  private final Map<String, Integer> numNodes;
  private final Map<EdgeType, Csr> edges;
  private final HeteroMetadata metadata;
  private final Map<List<EdgeType>, JointEdges> joint = new ConcurrentHashMap<>();
  private final Map<Metapath, Csr> metapaths = new ConcurrentHashMap<>();

  /**
   * A graph.
   *
   * @param numNodes number of nodes of each type
   * @param edges of each type; rows are targets, columns are sources
   * @throws IllegalArgumentException if an edge type has an unknown node type, or its matrix does
   *     not have a row for each target and a column for each source
   */
  public HeteroGraph(Map<String, Integer> numNodes, Map<EdgeType, Csr> edges) {
    this.numNodes = Collections.unmodifiableMap(new LinkedHashMap<>(numNodes));
    this.edges = Collections.unmodifiableMap(new LinkedHashMap<>(edges));
    this.metadata =
        new HeteroMetadata(List.copyOf(this.numNodes.keySet()), List.copyOf(this.edges.keySet()));
    edges.forEach(
        (type, csr) -> {
          if (csr.numRows() != numNodes(type.target())
              || csr.numColumns() != numNodes(type.source())) {
            throw new IllegalArgumentException(
                "edges %s must be between %d sources and %d targets, got %d and %d"
                    .formatted(
                        type,
                        numNodes(type.source()),
                        numNodes(type.target()),
                        csr.numColumns(),
                        csr.numRows()));
          }
        });
  }

  /** The types of nodes and edges. */
  public HeteroMetadata metadata() {
    return metadata;
  }

  /** The number of nodes of a type. */
  public int numNodes(String type) {
    return numNodes.get(type);
  }

  /** The edges of a type; rows are targets, columns are sources. */
  public Csr edges(EdgeType type) {
    return edges.get(type);
  }

  /** The number of edges of all types. */
  public int numEdges() {
    return edges.values().stream().mapToInt(Csr::numEntries).sum();
  }

  /** The edges of several types in one matrix, made at the first call. */
  JointEdges joint(List<EdgeType> types) {
    return joint.computeIfAbsent(types, chosen -> JointEdges.of(this, chosen));
  }

  /** The pairs of nodes that a path connects, made at the first call. */
  Csr edges(Metapath path) {
    return metapaths.computeIfAbsent(path, p -> p.of(this));
  }

  /** For example {@code 4019 p, 7167 a, 60 s; 34852 edges}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    numNodes.forEach(
        (type, count) ->
            text.append(text.isEmpty() ? "" : ", ").append(count).append(' ').append(type));
    return text.append("; ").append(numEdges()).append(" edges").toString();
  }
}
