package io.troupe.data.graph;

import io.troupe.protocols.graph.SparseRows;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The features of nodes without features. */
final class ConstantFeature {
  private ConstantFeature() {}

  /** One feature that is 1 for each node. */
  static SparseRows of(int numNodes) {
    float[] ones = new float[numNodes];
    Arrays.fill(ones, 1);
    return new SparseRows(
        numNodes, 1, IntStream.range(0, numNodes).toArray(), new int[numNodes], ones);
  }
}
