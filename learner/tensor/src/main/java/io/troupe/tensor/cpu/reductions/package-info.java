/**
 * Sums, maxima, argmax and softmax. Read {@link io.troupe.tensor.cpu.reductions.CpuReductions}
 * first; the order of every sum depends on the length alone.
 */
package io.troupe.tensor.cpu.reductions;
