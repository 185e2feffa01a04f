/**
 * Graph neural networks with PyTorch Geometric's names and results. {@link
 * io.troupe.nn.graph.Graph} stores nodes and edges, {@link io.troupe.nn.graph.GraphBatch} combines
 * several graphs, and {@link io.troupe.nn.graph.NodeFeatures} stores the features of the nodes.
 * Convolutions are {@link io.troupe.nn.graph.GraphConv}s; read {@link io.troupe.nn.graph.GCNConv}
 * first. Models of nodes are {@link io.troupe.nn.graph.NodeClassifier}s, those of whole graphs
 * {@link io.troupe.nn.graph.GraphClassifier}s.
 */
package io.troupe.nn.graph;
