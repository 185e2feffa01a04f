/**
 * Networks over graphs, with PyTorch Geometric's names and numbers. {@link
 * io.troupe.nn.graph.Graph} holds nodes and edges, {@link io.troupe.nn.graph.GraphBatch} several
 * graphs as one, and {@link io.troupe.nn.graph.NodeFeatures} what the nodes carry. Convolutions are
 * {@link io.troupe.nn.graph.GraphConv}s; read {@link io.troupe.nn.graph.GCNConv} first. Models of
 * nodes are {@link io.troupe.nn.graph.NodeClassifier}s, those of whole graphs {@link
 * io.troupe.nn.graph.GraphClassifier}s.
 */
package io.troupe.nn.graph;
