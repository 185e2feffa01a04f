/**
 * Multi-head attention in both directions, within one sequence or from one to another, composed of
 * projections and terms of the scores. The names of the parameters come from the caller, so that
 * encoders, vision transformers and diffusion models share one layer. Decoders attend causally with
 * a cache and have their own in {@code io.troupe.nn.decoder}. Read {@link
 * io.troupe.nn.attention.MultiHeadAttention} first.
 */
package io.troupe.nn.attention;
