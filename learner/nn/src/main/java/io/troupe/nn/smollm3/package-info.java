/**
 * SmolLM3: Llama's layers, some of which have no positions (NoPE, arXiv:2501.18795). Start with
 * {@link io.troupe.nn.smollm3.SmolLM3Config}. SmolLM2 is plain Llama.
 */
package io.troupe.nn.smollm3;
