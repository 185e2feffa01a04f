package io.troupe.nn.registry;

/** Hyperparameters of the recurrent models. */
final class RecurrentSettings {
  static final Hyperparameter<Double> DROPOUT =
      Hyperparameter.real("dropout", 0, 0, 0.99, "dropout probability in training");

  private RecurrentSettings() {}

  static Hyperparameter<Integer> hiddenSize(int byDefault) {
    return Hyperparameter.whole("hidden_size", byDefault, 1, 1 << 16, "units of a layer");
  }

  static Hyperparameter<Integer> numLayers(int byDefault) {
    return Hyperparameter.whole("num_layers", byDefault, 1, 64, "stacked layers");
  }
}
