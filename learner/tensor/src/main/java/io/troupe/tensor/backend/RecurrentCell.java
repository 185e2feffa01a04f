package io.troupe.tensor.backend;

/**
 * The function that computes the next state of a recurrent layer from its gates, in PyTorch's order
 * of gates.
 */
public enum RecurrentCell {
  /** {@code h' = tanh(a)} (Elman 1990). */
  RNN_TANH(1),
  /** {@code h' = max(a, 0)}. */
  RNN_RELU(1),
  /**
   * Long short-term memory (Hochreiter and Schmidhuber 1997), gates i, f, g, o: {@code c' =
   * sigmoid(f) c + sigmoid(i) tanh(g)}, {@code h' = sigmoid(o) tanh(c')}.
   */
  LSTM(4),
  /**
   * Gated recurrent unit (arXiv:1406.1078), gates r, z, n: {@code n = tanh(a_n + sigmoid(r) b_n)},
   * {@code h' = n + sigmoid(z) (h - n)}, where b_n is the part of n that comes from h.
   */
  GRU(3);

  private final int numGates;

  RecurrentCell(int numGates) {
    this.numGates = numGates;
  }

  /** The number of gates of each unit. */
  public int numGates() {
    return numGates;
  }
}
