/**
 * Neural networks over {@code io.troupe.tensor}: {@link io.troupe.nn.Module}, the base of all of
 * them, names parameters as PyTorch's {@code state_dict} does. Layers are in {@code layers}, the
 * language models in {@code llama} and {@code gpt2} with what they have in common in {@code lm},
 * reading and writing weights in {@code checkpoint}, and in {@code catalog} the list of the models
 * that are known by name, each described as {@code entry} says.
 */
package io.troupe.nn;
