/** The multilayer perceptron: {@link io.troupe.nn.mlp.Mlp} and its entry in the catalog. */
package io.troupe.nn.mlp;
