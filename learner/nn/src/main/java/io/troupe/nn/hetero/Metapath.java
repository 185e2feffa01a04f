package io.troupe.nn.hetero;

import io.troupe.tensor.Csr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A path of edge types (arXiv:1903.07293, definition 2), such as paper, author, paper. It connects
 * each pair of nodes between which there is at least one such path, once, as {@code AddMetaPaths}
 * of PyTorch Geometric.
 *
 * @param steps edge types, at least one; each begins at the target of the one before
 */
public record Metapath(List<EdgeType> steps) {
  private static final int MOST_PAIRS = 1 << 28;

  /** Copies the list and checks that the steps are connected. */
  public Metapath {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a metapath must have at least one edge type, got none");
    }
    for (int i = 1; i < steps.size(); i++) {
      if (!steps.get(i).source().equals(steps.get(i - 1).target())) {
        throw new IllegalArgumentException(
            "%s must begin at %s, where %s ends"
                .formatted(steps.get(i), steps.get(i - 1).target(), steps.get(i - 1)));
      }
    }
  }

  /**
   * The path through some types of nodes.
   *
   * @param text types, separated by hyphens, such as {@code paper-author-paper}
   * @throws IllegalArgumentException if a type is unknown, or there is not exactly one type of
   *     edges between two of them
   */
  public static Metapath named(String text, HeteroMetadata metadata) {
    List<String> types = Arrays.asList(text.split("-", -1));
    types.forEach(type -> metadata.requireNodeType("each type of metapath " + text, type));
    List<EdgeType> steps = new ArrayList<>();
    for (int i = 1; i < types.size(); i++) {
      String source = types.get(i - 1);
      List<EdgeType> between =
          metadata.into(types.get(i)).stream().filter(e -> e.source().equals(source)).toList();
      if (between.size() != 1) {
        throw new IllegalArgumentException(
            "metapath %s must have one type of edges from %s to %s, got %d"
                .formatted(text, source, types.get(i), between.size()));
      }
      steps.add(between.getFirst());
    }
    return new Metapath(steps);
  }

  /** The paths of two steps from a type of nodes back to it. */
  public static List<Metapath> backTo(String type, HeteroMetadata metadata) {
    List<Metapath> paths = new ArrayList<>();
    for (EdgeType out : metadata.edgeTypes()) {
      for (EdgeType back : metadata.into(type)) {
        if (out.source().equals(type) && back.source().equals(out.target())) {
          paths.add(new Metapath(List.of(out, back)));
        }
      }
    }
    return paths;
  }

  /** The types of nodes, as {@link #named} reads them. */
  public String nodeTypes() {
    return source() + steps.stream().map(step -> "-" + step.target()).collect(Collectors.joining());
  }

  /** The type of the first nodes. */
  public String source() {
    return steps.getFirst().source();
  }

  /** The type of the last nodes. */
  public String target() {
    return steps.getLast().target();
  }

  /** The pairs of nodes that the path connects: rows are the last nodes, columns the first. */
  Csr of(HeteroGraph graph) {
    int[] nodes = IntStream.range(0, graph.numNodes(target())).toArray();
    Csr pairs = Csr.of(nodes.length, nodes.length, nodes, nodes);
    for (int i = steps.size() - 1; i >= 0; i--) {
      pairs = product(pairs, graph.edges(steps.get(i)));
    }
    return pairs;
  }

  /** The positions of the entries of the product of two matrices, ascending in each row. */
  private static Csr product(Csr left, Csr right) {
    int[] seenBy = new int[right.numColumns()];
    Arrays.fill(seenBy, -1);
    int[] rows = new int[left.numEntries()];
    int[] columns = new int[left.numEntries()];
    int count = 0;
    for (int row = 0; row < left.numRows(); row++) {
      int first = count;
      for (int e = left.offsets()[row]; e < left.offsets()[row + 1]; e++) {
        int middle = left.columns()[e];
        for (int f = right.offsets()[middle]; f < right.offsets()[middle + 1]; f++) {
          int column = right.columns()[f];
          if (seenBy[column] != row) {
            seenBy[column] = row;
            if (count == columns.length) {
              columns = Arrays.copyOf(columns, grown(count));
              rows = Arrays.copyOf(rows, columns.length);
            }
            rows[count] = row;
            columns[count++] = column;
          }
        }
      }
      Arrays.sort(columns, first, count);
    }
    return Csr.of(
        left.numRows(),
        right.numColumns(),
        Arrays.copyOf(rows, count),
        Arrays.copyOf(columns, count));
  }

  private static int grown(int size) {
    if (size >= MOST_PAIRS) {
      throw new IllegalArgumentException(
          "a metapath must connect at most %,d pairs of nodes, got more".formatted(MOST_PAIRS));
    }
    return Math.min(MOST_PAIRS, Math.max(16, 2 * size));
  }
}
