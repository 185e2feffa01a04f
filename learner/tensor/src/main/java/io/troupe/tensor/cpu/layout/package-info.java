/**
 * Rearrangement of matrices in memory. Read {@link io.troupe.tensor.cpu.layout.Transposition}
 * first.
 */
package io.troupe.tensor.cpu.layout;
