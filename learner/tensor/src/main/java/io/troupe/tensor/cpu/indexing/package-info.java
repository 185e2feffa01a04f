/**
 * Operations that move elements: permutation, regions, embedding and gather. Read {@link
 * io.troupe.tensor.cpu.indexing.CpuIndexing} first.
 */
package io.troupe.tensor.cpu.indexing;
