/**
 * Layers with PyTorch's names, parameters and initializations: {@link io.troupe.nn.layers.Linear},
 * {@link io.troupe.nn.layers.Embedding}, convolutions, norms, dropout, rotary positions, attention
 * and feed-forward blocks. Activations without parameters are constants of {@link
 * io.troupe.nn.layers.Activation}, others are records such as {@link
 * io.troupe.nn.layers.LeakyReLU}. A function from one tensor to another is a {@link
 * io.troupe.nn.layers.Layer}; {@link io.troupe.nn.layers.Sequential} chains layers. {@link
 * io.troupe.nn.layers.Initializer} creates the parameters; read {@code Linear} first.
 */
package io.troupe.nn.layers;
