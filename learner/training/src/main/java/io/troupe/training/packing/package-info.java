/**
 * Log-probabilities of tokens under a model, with their gradients, over packed sequences. {@link
 * io.troupe.training.packing.PackedBatch} packs samples so that those of one group share the rows
 * of their prompt; {@link io.troupe.training.packing.LogProbPass} runs a model over it with bounded
 * memory for logits. Objectives see arrays of numbers, one per completion token.
 */
package io.troupe.training.packing;
