package io.troupe.nn.recurrent;

import io.troupe.nn.layers.Initializer;

/** The kinds of recurrent layers, under the names that models give them. */
public enum RecurrentKind {
  /** Elman's network with the tangent. */
  RNN("rnn"),
  /** Long short-term memory. */
  LSTM("lstm"),
  /** Gated recurrent units. */
  GRU("gru");

  private final String layerName;

  RecurrentKind(String layerName) {
    this.layerName = layerName;
  }

  /** What the layer is called inside a model. */
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
