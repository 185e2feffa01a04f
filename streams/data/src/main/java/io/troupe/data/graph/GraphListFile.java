package io.troupe.data.graph;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.TextFile;
import io.troupe.protocols.graph.EdgeIndex;
import io.troupe.protocols.graph.GraphDataset;
import io.troupe.protocols.graph.GraphDataset.LabeledGraph;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A text file with many graphs, in the format of the datasets of "How Powerful are Graph Neural
 * Networks?" (MUTAG.txt): the number of graphs; for each graph a line {@code nodes label}, and for
 * each of its nodes a line {@code tag degree neighbor ...}, with neighbors numbered from 0 within
 * the graph.
 *
 * <p>Labels and tags are any whole numbers; they are numbered from 0 in ascending order.
 */
public final class GraphListFile {
  /** Limit of the file size; such a file takes some hundred megabytes of memory. */
  private static final long MOST_BYTES = 1L << 26;

  private final Path path;
  private final BufferedReader lines;
  private int line;

  private GraphListFile(Path path, BufferedReader lines) {
    this.path = path;
    this.lines = lines;
  }

  /**
   * Reads all graphs.
   *
   * @throws DataFormatException naming the line, if the file has another format
   */
  public static GraphDataset read(Path path) {
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new DataFormatException(
            "%s must have at most %,d bytes, got %,d; split it"
                .formatted(path, MOST_BYTES, Files.size(path)));
      }
      try (BufferedReader lines = TextFile.open(path)) {
        return numbered(new GraphListFile(path, lines).graphs());
      }
    } catch (NoSuchFileException e) {
      throw new DataFormatException("file " + path + " must exist", e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private List<LabeledGraph> graphs() throws IOException {
    int numGraphs = numbers(1, "the number of graphs")[0];
    List<LabeledGraph> graphs = new ArrayList<>();
    for (int g = 0; g < numGraphs; g++) {
      graphs.add(graph());
    }
    for (String rest = lines.readLine(); rest != null; rest = lines.readLine()) {
      line++;
      if (!rest.isBlank()) {
        throw wrong("the file must contain " + numGraphs + " graphs, got more");
      }
    }
    if (graphs.isEmpty()) {
      throw wrong("the number of graphs must be >= 1, got " + numGraphs);
    }
    return graphs;
  }

  private LabeledGraph graph() throws IOException {
    int[] head = numbers(2, "a graph's nodes and its label");
    int numNodes = head[0];
    if (numNodes < 1 || numNodes > MOST_BYTES) {
      throw wrong("a graph must have 1 to " + MOST_BYTES + " nodes, got " + numNodes);
    }
    List<int[]> nodes = new ArrayList<>();
    int numEdges = 0;
    for (int node = 0; node < numNodes; node++) {
      int[] found = node(numNodes);
      nodes.add(found);
      numEdges += found.length - 2;
    }
    int[] sources = new int[numEdges];
    int[] targets = new int[numEdges];
    int next = 0;
    for (int node = 0; node < numNodes; node++) {
      int[] found = nodes.get(node);
      for (int i = 2; i < found.length; i++) {
        sources[next] = node;
        targets[next++] = found[i];
      }
    }
    int[] tags = nodes.stream().mapToInt(found -> found[0]).toArray();
    return new LabeledGraph(new EdgeIndex(numNodes, sources, targets), tags, head[1]);
  }

  private int[] node(int numNodes) throws IOException {
    int[] found = numbers(-1, "a node's tag, its degree and its neighbors");
    if (found.length < 2 || found[1] != found.length - 2) {
      throw wrong(
          found.length < 2
              ? "a node must have a tag and a degree, got one number"
              : "the degree must be "
                  + (found.length - 2)
                  + ", the number of neighbors, got "
                  + found[1]);
    }
    for (int i = 2; i < found.length; i++) {
      if (found[i] < 0 || found[i] >= numNodes) {
        throw wrong("neighbor must be in [0, " + numNodes + "), got " + found[i]);
      }
    }
    return found;
  }

  private int[] numbers(int count, String expected) throws IOException {
    String text = lines.readLine();
    line++;
    if (text == null) {
      throw wrong("the line must contain " + expected + ", got the end of the file");
    }
    try {
      int[] numbers = Stream.of(text.strip().split("\\s+")).mapToInt(Integer::parseInt).toArray();
      if (count >= 0 && numbers.length != count) {
        throw wrong("the line must contain " + expected + ", got " + numbers.length + " numbers");
      }
      return numbers;
    } catch (NumberFormatException e) {
      throw wrong("the line must contain " + expected + " as whole numbers, got other text");
    }
  }

  private DataFormatException wrong(String what) {
    return new DataFormatException(path + ", line " + line + ": " + what);
  }

  private static GraphDataset numbered(List<LabeledGraph> graphs) {
    Map<Integer, Integer> labels = numbers(graphs.stream().map(LabeledGraph::label));
    Map<Integer, Integer> tags =
        numbers(graphs.stream().flatMap(graph -> Arrays.stream(graph.tags()).boxed()));
    List<LabeledGraph> numbered =
        graphs.stream()
            .map(
                graph ->
                    new LabeledGraph(
                        graph.edges(),
                        Arrays.stream(graph.tags()).map(tags::get).toArray(),
                        labels.get(graph.label())))
            .toList();
    return new GraphDataset(numbered, tags.size(), labels.size());
  }

  private static Map<Integer, Integer> numbers(Stream<Integer> values) {
    Map<Integer, Integer> numbers = new HashMap<>();
    values
        .collect(java.util.stream.Collectors.toCollection(TreeSet::new))
        .forEach(value -> numbers.put(value, numbers.size()));
    return numbers;
  }
}
