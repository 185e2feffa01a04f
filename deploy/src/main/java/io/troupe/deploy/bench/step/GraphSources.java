package io.troupe.deploy.bench.step;

import io.troupe.data.graph.NodeGraphFile;
import io.troupe.data.graph.TypedGraphFolder;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.NodeDataset;
import java.nio.file.Path;

/**
 * The data of graph networks.
 *
 * @param data file or folder of the graph; null for a random one with the sizes of Cora
 * @param isDense whether features of nodes are a dense matrix, not in CSR format
 */
public record GraphSources(Path data, boolean isDense) {
  NodeDataset graph() {
    return data == null ? RandomGraph.ofCorasSizes() : NodeGraphFile.read(data);
  }

  /** Whether there is a graph with several types of nodes. */
  public boolean hasTypes() {
    return data != null && TypedGraphFolder.isAt(data);
  }

  HeteroDataset typedGraph() {
    return TypedGraphFolder.read(data, DatasetConfig.DEFAULTS);
  }
}
