/**
 * Decoder language models that are composed of parts: a family is a {@link
 * io.troupe.nn.decoder.DecoderArchitecture}, which names the parts of each layer, and {@link
 * io.troupe.nn.decoder.DecoderModel} runs them. {@link io.troupe.nn.decoder.SelfAttention} is
 * composed of projections, norms of queries and keys, positions and scores; layers differ in where
 * their norms are. Depends on {@code layers} and {@code lm}; read {@code DecoderArchitecture}
 * first.
 */
package io.troupe.nn.decoder;
