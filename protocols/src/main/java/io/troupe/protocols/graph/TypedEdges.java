package io.troupe.protocols.graph;

/**
 * The edges of one type. The arrays are not copied.
 *
 * @param source type of their sources
 * @param relation name of the relation
 * @param target type of their targets
 * @param sources source node of each edge
 * @param targets target node of each edge
 */
public record TypedEdges(
    String source, String relation, String target, int[] sources, int[] targets) {
  /** Checks that every edge has two ends. */
  public TypedEdges {
    if (sources.length != targets.length) {
      throw new IllegalArgumentException(
          "edges must have as many targets as sources, got %d sources and %d targets"
              .formatted(sources.length, targets.length));
    }
  }

  /** The type as one word, such as {@code author__writes__paper}. */
  public String type() {
    return String.join("__", source, relation, target);
  }
}
