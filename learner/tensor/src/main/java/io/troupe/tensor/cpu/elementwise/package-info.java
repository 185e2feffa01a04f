/**
 * Operations on each element: unary, binary, activation and broadcast loops, and type conversion.
 * Read {@link io.troupe.tensor.cpu.elementwise.CpuElementwise} first.
 */
package io.troupe.tensor.cpu.elementwise;
