/**
 * Native memory: {@link io.troupe.tensor.memory.MemoryPool} hands out blocks and reuses them,
 * {@link io.troupe.tensor.memory.Memory} reads and writes at an address. Depends on nothing else.
 * Only {@code io.troupe.tensor} and its subpackages use addresses.
 */
package io.troupe.tensor.memory;
