/**
 * Phi-3 (arXiv:2404.14219) and Phi-4-mini (arXiv:2503.01743): fused projections, heads that are
 * rotated in part, and LongRoPE. Start with {@link io.troupe.nn.phi3.Phi3Config}.
 */
package io.troupe.nn.phi3;
