/**
 * Layers with PyTorch's names, parameters and initialisations: {@link io.troupe.nn.layers.Linear},
 * {@link io.troupe.nn.layers.Embedding}, convolutions, norms, dropout, rotary positions, attention
 * and feed-forward blocks. Activations without numbers of their own are an {@link
 * io.troupe.nn.layers.Activation}, the others records such as {@link
 * io.troupe.nn.layers.LeakyReLU}. Those from one tensor to one tensor are a {@link
 * io.troupe.nn.layers.Layer}, and a {@link io.troupe.nn.layers.Sequential} chains them. {@link
 * io.troupe.nn.layers.Initializer} makes their parameters; read {@code Linear} first.
 */
package io.troupe.nn.layers;
