package io.troupe.data.graph;

import io.troupe.protocols.graph.SparseRows;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The entries of a dense matrix that are not 0. */
final class DenseRows {
  private DenseRows() {}

  static SparseRows of(float[] values, int numRows, int numColumns) {
    int[] filled = IntStream.range(0, values.length).filter(i -> values[i] != 0).toArray();
    float[] kept = new float[filled.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = values[filled[i]];
    }
    return new SparseRows(
        numRows,
        numColumns,
        Arrays.stream(filled).map(i -> i / numColumns).toArray(),
        Arrays.stream(filled).map(i -> i % numColumns).toArray(),
        kept);
  }
}
