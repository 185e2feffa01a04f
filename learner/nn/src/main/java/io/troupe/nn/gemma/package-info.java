/**
 * Gemma (arXiv:2403.08295), Gemma 2 (arXiv:2408.00118) and Gemma 3 (arXiv:2503.19786): norms with a
 * scale of 1 + weight and scaled embeddings; Gemma 2 adds soft caps, norms around each block and
 * alternating windows, Gemma 3 norms of queries and keys and two rotary bases. Start with {@link
 * io.troupe.nn.gemma.GemmaConfig}.
 */
package io.troupe.nn.gemma;
