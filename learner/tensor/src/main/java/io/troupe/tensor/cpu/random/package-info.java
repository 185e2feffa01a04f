/**
 * Random tensors and dropout from a counter-based generator. Read {@link
 * io.troupe.tensor.cpu.random.CpuRandom} first.
 */
package io.troupe.tensor.cpu.random;
