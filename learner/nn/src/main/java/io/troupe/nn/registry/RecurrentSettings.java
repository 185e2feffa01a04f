package io.troupe.nn.registry;

/** Hyperparameters that the recurrent models share. */
final class RecurrentSettings {
  static final Hyperparameter<Double> DROPOUT =
      Hyperparameter.real("dropout", 0, 0, 0.99, "share of activations dropped in training");

  private RecurrentSettings() {}

  static Hyperparameter<Integer> hiddenSize(int byDefault) {
    return Hyperparameter.whole("hidden_size", byDefault, 1, 1 << 16, "units of a layer");
  }

  static Hyperparameter<Integer> numLayers(int byDefault) {
    return Hyperparameter.whole("num_layers", byDefault, 1, 64, "layers on top of each other");
  }
}
