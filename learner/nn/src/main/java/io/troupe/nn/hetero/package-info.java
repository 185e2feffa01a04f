/**
 * Networks over graphs with several types of nodes and edges, with the parameters of PyTorch
 * Geometric: {@link io.troupe.nn.hetero.HAN} and {@link io.troupe.nn.hetero.HGT} classify the nodes
 * of one type of a {@link io.troupe.nn.hetero.HeteroGraph}, which to read first. Features of nodes
 * are those of {@code io.troupe.nn.graph}.
 */
package io.troupe.nn.hetero;
