/**
 * Qwen3 (arXiv:2505.09388): Llama's layers with norms of queries and keys and a head size of its
 * own; optionally with experts. Start with {@link io.troupe.nn.qwen3.Qwen3Config}.
 */
package io.troupe.nn.qwen3;
