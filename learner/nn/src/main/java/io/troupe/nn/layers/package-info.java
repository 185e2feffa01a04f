/**
 * Layers with PyTorch's names, parameters and initialisations: {@link io.troupe.nn.layers.Linear},
 * {@link io.troupe.nn.layers.Embedding}, norms, dropout, rotary positions, attention and
 * feed-forward blocks. Those from one tensor to one tensor are a {@link io.troupe.nn.layers.Layer},
 * and a {@link io.troupe.nn.layers.Sequential} chains them. {@link io.troupe.nn.layers.Initializer}
 * makes their parameters; read {@code Linear} first.
 */
package io.troupe.nn.layers;
