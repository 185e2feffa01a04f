/**
 * Building blocks of vectorized loops: loads, stores and sums of vectors ({@link
 * io.troupe.tensor.cpu.vectors.Lanes}), elementary functions ({@link
 * io.troupe.tensor.cpu.vectors.VectorMath}), the exponential as machine code, and the scratch
 * memory of a thread. The JVM option file of the program forces the methods of {@code Lanes} and
 * {@code VectorMath} to be inlined.
 */
package io.troupe.tensor.cpu.vectors;
