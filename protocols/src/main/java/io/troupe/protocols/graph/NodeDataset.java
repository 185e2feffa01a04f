package io.troupe.protocols.graph;

/**
 * One graph whose nodes have classes, for semi-supervised node classification. The arrays are not
 * copied.
 *
 * @param edges the graph
 * @param features one row for each node
 * @param labels the class of each node; -1 for a node without a class
 * @param numClasses number of classes; labels are numbered from 0
 * @param train nodes of the training set
 * @param validation nodes of the validation set
 * @param test nodes of the test set
 */
public record NodeDataset(
    EdgeIndex edges,
    SparseRows features,
    int[] labels,
    int numClasses,
    int[] train,
    int[] validation,
    int[] test) {
  /** Checks that every node has features, and a valid label or none. */
  public NodeDataset {
    int numNodes = edges.numNodes();
    if (features.numRows() != numNodes || labels.length != numNodes) {
      throw new IllegalArgumentException(
          "graph must have features and a label for each of its %d nodes, got %d and %d"
              .formatted(numNodes, features.numRows(), labels.length));
    }
    for (int node = 0; node < numNodes; node++) {
      if (labels[node] < -1 || labels[node] >= numClasses) {
        throw new IllegalArgumentException(
            "label of node %d must be in [0, %d), got %d"
                .formatted(node, numClasses, labels[node]));
      }
    }
    for (int[] part : new int[][] {train, validation, test}) {
      for (int node : part) {
        if (labels[node] < 0) {
          throw new IllegalArgumentException(
              "label of node %d must be in [0, %d), got %d"
                  .formatted(node, numClasses, labels[node]));
        }
      }
    }
  }

  /** Returns the dataset with features whose rows sum to 1. */
  public NodeDataset withNormalizedFeatures() {
    return new NodeDataset(
        edges, features.normalized(), labels, numClasses, train, validation, test);
  }
}
