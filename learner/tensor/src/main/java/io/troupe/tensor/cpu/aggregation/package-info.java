/**
 * Sums, maxima and softmax over the entries of sparse rows, for graph networks. Read {@link
 * io.troupe.tensor.cpu.aggregation.CpuAggregation} first.
 */
package io.troupe.tensor.cpu.aggregation;
