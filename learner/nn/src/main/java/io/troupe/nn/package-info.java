/**
 * Neural networks over {@code io.troupe.tensor}. {@link io.troupe.nn.Module} is the base class of
 * layers and models, with the parameter names of PyTorch. {@code layers} has the layers, {@code lm}
 * the interface of language models, {@code llama} and {@code gpt2} the families, {@code checkpoint}
 * files of weights, {@code pretrained} Hugging Face folders, and {@code registry} one entry per
 * model with its capabilities.
 */
package io.troupe.nn;
