package io.troupe.nn.hetero;

/**
 * A type of edges: the type of their sources, a relation, and the type of their targets, as the
 * triples of PyTorch Geometric.
 */
public record EdgeType(String source, String relation, String target) {
  private static final String SEPARATOR = "__";
  private static final int NUM_PARTS = 3;

  /** Checks that no part is empty or contains the separator of {@link #name}. */
  public EdgeType {
    for (String part : new String[] {source, relation, target}) {
      if (part.isEmpty() || part.contains(SEPARATOR)) {
        throw new IllegalArgumentException(
            "parts of an edge type must not be empty or contain __, got \"" + part + "\"");
      }
    }
  }

  /**
   * The edge type of a name.
   *
   * @param name such as {@code author__writes__paper}
   * @throws IllegalArgumentException if it does not have three parts
   */
  public static EdgeType named(String name) {
    String[] parts = name.split(SEPARATOR, -1);
    if (parts.length != NUM_PARTS) {
      throw new IllegalArgumentException("edge type must be source__relation__target, got " + name);
    }
    return new EdgeType(parts[0], parts[1], parts[2]);
  }

  /** The name in parameters, such as {@code author__writes__paper}. */
  public String name() {
    return String.join(SEPARATOR, source, relation, target);
  }

  /** The same as {@link #name}. */
  @Override
  public String toString() {
    return name();
  }
}
