/**
 * Threads of the CPU backend. {@link io.troupe.tensor.cpu.threads.ComputePool} runs the numbered
 * parts of a kernel, {@link io.troupe.tensor.cpu.threads.Partition} splits a kernel into parts by
 * shape alone, so that results do not depend on the number of threads.
 */
package io.troupe.tensor.cpu.threads;
