package io.troupe.protocols.graph;

/**
 * One graph whose nodes have classes; those of some are to be found from the others'. The arrays
 * are not copied.
 *
 * @param edges the graph
 * @param features of each node
 * @param labels the class of each node
 * @param numClasses labels are below it
 * @param train nodes to learn from
 * @param validation nodes by which weights are chosen
 * @param test nodes on which accuracy is measured
 */
public record NodeDataset(
    EdgeIndex edges,
    SparseRows features,
    int[] labels,
    int numClasses,
    int[] train,
    int[] validation,
    int[] test) {
  /** Checks that everything fits the nodes. */
  public NodeDataset {
    int numNodes = edges.numNodes();
    if (features.numRows() != numNodes || labels.length != numNodes) {
      throw new IllegalArgumentException(
          numNodes
              + " nodes with "
              + features.numRows()
              + " rows of features and "
              + labels.length
              + " labels: every node has one of each");
    }
    for (int node = 0; node < numNodes; node++) {
      if (labels[node] < 0 || labels[node] >= numClasses) {
        throw new IllegalArgumentException(
            "label "
                + labels[node]
                + " of node "
                + node
                + " is not one of the "
                + numClasses
                + " classes, 0 to "
                + (numClasses - 1));
      }
    }
  }

  /** The same with features whose rows sum to 1. */
  public NodeDataset withNormalizedFeatures() {
    return new NodeDataset(
        edges, features.normalized(), labels, numClasses, train, validation, test);
  }
}
