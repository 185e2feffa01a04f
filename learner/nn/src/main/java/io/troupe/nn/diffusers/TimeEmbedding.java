package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/** Two linear layers over the waves of a time. */
final class TimeEmbedding extends Module {
  private final Linear linear1;
  private final Activation activation;
  private final Linear linear2;

  TimeEmbedding(int inFeatures, int features, Activation activation, Initializer initializer) {
    this.linear1 = child("linear_1", Linear.of(inFeatures, features, true, initializer));
    this.activation = activation;
    this.linear2 = child("linear_2", Linear.of(features, features, true, initializer));
  }

  Tensor forward(Tensor waves) {
    return linear2.forward(activation.forward(linear1.forward(waves)));
  }
}
