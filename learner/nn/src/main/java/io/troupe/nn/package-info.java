/**
 * Neural networks over {@code io.troupe.tensor}: {@link io.troupe.nn.Module}, the base of all of
 * them, names parameters as PyTorch's {@code state_dict} does. Layers are in {@code layers}, the
 * model families in {@code llama} and {@code gpt2}, what they have in common in {@code lm}, and
 * reading and writing Hugging Face folders in {@code checkpoint}.
 */
package io.troupe.nn;
