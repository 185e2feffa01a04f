package io.troupe.actors.cluster.protocol;

import java.util.Comparator;

/**
 * One start of one process of a clustered run.
 *
 * @param name unique in the run, such as {@code rollout-1} or {@code 10.0.0.7:7355}; 1 to {@value
 *     #MAX_NAME} printable ASCII characters without spaces
 * @param incarnation grows with each start of the process, at least 0
 */
public record NodeId(String name, long incarnation) implements Comparable<NodeId> {
  /** Maximum length of a name. */
  public static final int MAX_NAME = 255;

  private static final Comparator<NodeId> ORDER =
      Comparator.comparing(NodeId::name).thenComparingLong(NodeId::incarnation);

  /** Checks the ranges. */
  public NodeId {
    if (name == null || name.isEmpty() || name.length() > MAX_NAME || !isPrintable(name)) {
      throw new IllegalArgumentException(
          "node must have a name of 1 to %d printable characters without spaces, got %s"
              .formatted(MAX_NAME, name == null ? "none" : quoted(name)));
    }
    if (incarnation < 0) {
      throw new IllegalArgumentException(
          "node %s must have an incarnation >= 0, got %d".formatted(name, incarnation));
    }
  }

  private static boolean isPrintable(String name) {
    return name.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private static String quoted(String name) {
    return '"' + (name.length() > 40 ? name.substring(0, 40) + "..." : name) + '"';
  }

  /** Whether both are starts of the same process. */
  public boolean isSameProcess(NodeId other) {
    return name.equals(other.name);
  }

  /** By name, then by incarnation. */
  @Override
  public int compareTo(NodeId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return name + "#" + incarnation;
  }
}
