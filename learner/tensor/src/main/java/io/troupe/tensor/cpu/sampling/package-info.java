/**
 * Selection of tokens from logits: penalties, biases, masks, top-k, top-p, min-p and the draw. Read
 * {@link io.troupe.tensor.cpu.sampling.CpuSampling} first. Nothing is sorted: top-k uses a heap,
 * top-p a selection by weight.
 */
package io.troupe.tensor.cpu.sampling;
