/**
 * Matrices in memory: rearranged, and their rows copied, added, scaled and mixed. Read {@link
 * io.troupe.tensor.cpu.layout.Transposition} first.
 */
package io.troupe.tensor.cpu.layout;
