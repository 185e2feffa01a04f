/**
 * Causal attention over packed sequences and over a paged key-value cache, attention in both
 * directions, and rotary positions. Read {@link io.troupe.tensor.cpu.attention.CpuAttention} first.
 */
package io.troupe.tensor.cpu.attention;
