package io.troupe.data.graph;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.TextFile;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.SparseRows;
import io.troupe.protocols.graph.TypedEdges;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A folder with one graph that has several types of nodes and edges, in the format of OpenHINE.
 *
 * <ul>
 *   <li>{@code edge.txt}: for each edge a line {@code source target type weight}, where the type is
 *       {@code a-p} for edges from nodes of type a to nodes of type p. Nodes of each type are
 *       numbered from 0. The relation is called {@code to}; the weight is not used
 *   <li>{@code label.txt}: for each labeled node a line {@code node class}, such as {@code p17 2};
 *       all labeled nodes have one type
 * </ul>
 *
 * <p>The format has no features. Features of a labeled node are its edges to the other types of
 * nodes, one column for each node that it is the source of an edge to; nodes of other types have
 * one feature that is 1, as {@code torch_geometric.transforms.Constant} adds.
 */
public final class TypedGraphFolder {
  private static final String EDGES = "edge.txt";
  private static final String LABELS = "label.txt";
  private static final String RELATION = "to";
  private static final int MOST_NODES = 1 << 26;
  private static final int MOST_CLASSES = 1 << 16;

  private final Path folder;
  private final Map<String, IntStream.Builder[]> edges = new LinkedHashMap<>(); // sources, targets
  private final Map<String, Integer> numNodes = new LinkedHashMap<>();
  private final Map<Integer, Integer> labels = new LinkedHashMap<>();
  private String target;

  private TypedGraphFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns whether a folder has both files. */
  public static boolean isAt(Path folder) {
    return Files.isRegularFile(folder.resolve(EDGES))
        && Files.isRegularFile(folder.resolve(LABELS));
  }

  /**
   * Reads a graph; the training, validation and test sets are drawn from the labeled nodes.
   *
   * @throws DataFormatException naming the line, if a file has another format, or a label has an
   *     unknown type of nodes
   */
  public static HeteroDataset read(Path folder, DatasetConfig config) {
    try {
      TypedGraphFolder read = new TypedGraphFolder(folder);
      read.lines(EDGES, read::edge);
      if (read.edges.isEmpty()) {
        throw new DataFormatException(folder.resolve(EDGES) + " must contain an edge, got none");
      }
      read.lines(LABELS, read::label);
      return read.dataset(config);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + folder + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Reads the fields of a line. */
  private interface Line {
    void read(String[] fields, String place);
  }

  private void lines(String name, Line reader) throws IOException {
    Path file = folder.resolve(name);
    try (BufferedReader lines = TextFile.open(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          reader.read(line.strip().split("\\s+"), file + ", line " + number);
        }
      }
    }
  }

  private void edge(String[] fields, String place) {
    String[] types = fields.length == 4 ? fields[2].split("-", -1) : new String[0];
    if (types.length != 2 || types[0].isEmpty() || types[1].isEmpty()) {
      throw new DataFormatException(
          "%s: the line must contain source, target, a type such as a-p, and weight, got %s"
              .formatted(place, String.join(" ", fields)));
    }
    int source = node(fields[0], types[0], place);
    int end = node(fields[1], types[1], place);
    IntStream.Builder[] ends =
        edges.computeIfAbsent(
            fields[2], _ -> new IntStream.Builder[] {IntStream.builder(), IntStream.builder()});
    ends[0].add(source);
    ends[1].add(end);
  }

  private int node(String text, String type, String place) {
    int node = number(text, MOST_NODES, "node of type " + type, place);
    numNodes.merge(type, node + 1, Math::max);
    return node;
  }

  private static int number(String text, int bound, String what, String place) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number < bound) {
        return number;
      }
    } catch (NumberFormatException _) {
      // rejected below
    }
    throw new DataFormatException(
        "%s: %s must be a whole number in [0, %d), got %s".formatted(place, what, bound, text));
  }

  private void label(String[] fields, String place) {
    String type = fields[0].replaceFirst("\\d+$", "");
    if (fields.length != 2 || !numNodes.containsKey(type)) {
      throw new DataFormatException(
          "%s: the line must contain a node, such as %s0, and its class; node types are %s, got %s"
              .formatted(
                  place,
                  numNodes.keySet().iterator().next(),
                  String.join(", ", numNodes.keySet()),
                  String.join(" ", fields)));
    }
    if (target != null && !target.equals(type)) {
      throw new DataFormatException(
          "%s: labeled nodes must have one type, got %s after %s".formatted(place, type, target));
    }
    target = type;
    int node =
        number(fields[0].substring(type.length()), MOST_NODES, "node of type " + type, place);
    numNodes.merge(type, node + 1, Math::max);
    labels.put(node, number(fields[1], MOST_CLASSES, "class", place));
  }

  private HeteroDataset dataset(DatasetConfig config) {
    if (labels.isEmpty()) {
      throw new DataFormatException(
          folder.resolve(LABELS) + " must contain at least one label, got none");
    }
    int[] ofNodes = new int[numNodes.get(target)];
    Arrays.fill(ofNodes, -1);
    labels.forEach((node, label) -> ofNodes[node] = label);
    int[] labeled = labels.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    LabeledSplit split = LabeledSplit.of(labeled, config);
    Map<String, TypedEdges> byType = new LinkedHashMap<>();
    edges.forEach((type, ends) -> byType.put(type, typed(type, ends)));
    Map<String, SparseRows> features = new LinkedHashMap<>();
    numNodes.forEach(
        (type, count) ->
            features.put(
                type, type.equals(target) ? links(byType.values()) : ConstantFeature.of(count)));
    return new HeteroDataset(
        features,
        byType.values().stream().toList(),
        target,
        ofNodes,
        1 + Arrays.stream(ofNodes).max().orElseThrow(),
        split.train(),
        split.validation(),
        split.test());
  }

  private static TypedEdges typed(String type, IntStream.Builder[] ends) {
    String[] types = type.split("-", -1);
    return new TypedEdges(
        types[0], RELATION, types[1], ends[0].build().toArray(), ends[1].build().toArray());
  }

  /** The edges from labeled nodes to nodes of other types, as the rows of a matrix. */
  private SparseRows links(Iterable<TypedEdges> all) {
    IntStream.Builder rows = IntStream.builder();
    IntStream.Builder columns = IntStream.builder();
    int first = 0;
    for (TypedEdges ofType : all) {
      if (ofType.source().equals(target) && !ofType.target().equals(target)) {
        int shift = first;
        IntStream.of(ofType.sources()).forEach(rows);
        IntStream.of(ofType.targets()).map(node -> node + shift).forEach(columns);
        first = Math.addExact(first, numNodes.get(ofType.target()));
      }
    }
    int[] ofEntries = rows.build().toArray();
    float[] ones = new float[ofEntries.length];
    Arrays.fill(ones, 1);
    return first == 0
        ? ConstantFeature.of(numNodes.get(target))
        : new SparseRows(numNodes.get(target), first, ofEntries, columns.build().toArray(), ones);
  }
}
