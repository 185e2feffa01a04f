package io.troupe.nn.hetero;

import io.troupe.tensor.Csr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Edges of several types in one matrix, so that one softmax covers all edges to a node. It has rows
 * for the nodes of each target type, and columns for the sources of each edge type, one block after
 * the other.
 *
 * @param edges the matrix
 * @param firstRow the first row of each target type, in the order of the rows
 */
record JointEdges(Csr edges, Map<String, Integer> firstRow) {

  static JointEdges of(HeteroGraph graph, List<EdgeType> types) {
    Map<String, Integer> firstRow = new LinkedHashMap<>();
    int numRows = 0;
    int numEdges = 0;
    for (EdgeType type : types) {
      if (firstRow.putIfAbsent(type.target(), numRows) == null) {
        numRows = Math.addExact(numRows, graph.numNodes(type.target()));
      }
      numEdges = Math.addExact(numEdges, graph.edges(type).numEntries());
    }
    int[] rows = new int[numEdges];
    int[] columns = new int[numEdges];
    int next = 0;
    int firstColumn = 0;
    for (EdgeType type : types) {
      Csr csr = graph.edges(type);
      int shift = firstRow.get(type.target());
      for (int row = 0; row < csr.numRows(); row++) {
        for (int e = csr.offsets()[row]; e < csr.offsets()[row + 1]; e++) {
          rows[next] = shift + row;
          columns[next++] = firstColumn + csr.columns()[e];
        }
      }
      firstColumn = Math.addExact(firstColumn, csr.numColumns());
    }
    Csr unsorted = Csr.of(numRows, firstColumn, rows, columns);
    return new JointEdges(sorted(unsorted), firstRow);
  }

  /** The same edges with numbers in the order of the rows, which is the order of memory access. */
  private static Csr sorted(Csr csr) {
    if (csr.positions() == null) {
      return csr;
    }
    int[] rows = new int[csr.numEntries()];
    for (int row = 0; row < csr.numRows(); row++) {
      Arrays.fill(rows, csr.offsets()[row], csr.offsets()[row + 1], row);
    }
    return Csr.of(csr.numRows(), csr.numColumns(), rows, csr.columns());
  }

  /** The target types, in the order of the rows. */
  List<String> targets() {
    return new ArrayList<>(firstRow.keySet());
  }
}
