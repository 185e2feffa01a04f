package io.troupe.nn.attention;

import io.troupe.nn.layers.Linear;

/**
 * A linear layer of an attention layer.
 *
 * @param name relative to the attention layer, such as {@code q_proj}, {@code self.query} or {@code
 *     to_out.0}
 */
public record Projection(String name, Linear linear) {}
