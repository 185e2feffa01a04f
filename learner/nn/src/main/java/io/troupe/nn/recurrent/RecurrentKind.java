package io.troupe.nn.recurrent;

import io.troupe.nn.layers.Initializer;

/** The kinds of recurrent layers. */
public enum RecurrentKind {
  /** Elman's network with tanh. */
  RNN("rnn"),
  /** Long short-term memory. */
  LSTM("lstm"),
  /** Gated recurrent units. */
  GRU("gru");

  private final String layerName;

  RecurrentKind(String layerName) {
    this.layerName = layerName;
  }

  /** The name of the layer in a model. */
  public String layerName() {
    return layerName;
  }

  /** A layer of this kind with PyTorch's initial values. */
  public RecurrentLayer layer(RecurrentOptions options, Initializer initializer) {
    return switch (this) {
      case RNN -> new RNN(options, initializer);
      case LSTM -> new LSTM(options, initializer);
      case GRU -> new GRU(options, initializer);
    };
  }
}
