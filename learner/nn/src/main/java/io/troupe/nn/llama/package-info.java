/**
 * Llama (arXiv:2302.13971, with the grouped queries and scaled positions of Llama 2 and 3) and
 * Qwen2, which is Llama with a bias on queries, keys and values. Start with {@link
 * io.troupe.nn.llama.LlamaConfig}.
 */
package io.troupe.nn.llama;
