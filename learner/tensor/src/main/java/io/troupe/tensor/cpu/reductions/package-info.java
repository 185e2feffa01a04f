/**
 * Sums, maxima, argmax, softmax and products of rows. Read {@link
 * io.troupe.tensor.cpu.reductions.CpuReductions} first; the order of every sum depends on the
 * length alone.
 */
package io.troupe.tensor.cpu.reductions;
