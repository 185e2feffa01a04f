/**
 * OLMo 2 (arXiv:2501.00656): norms after attention and feed-forward block, and norms of all heads
 * of queries and keys. Start with {@link io.troupe.nn.olmo2.Olmo2Config}.
 */
package io.troupe.nn.olmo2;
