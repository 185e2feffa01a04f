/** The multilayer perceptron, {@link io.troupe.nn.mlp.Mlp}. */
package io.troupe.nn.mlp;
