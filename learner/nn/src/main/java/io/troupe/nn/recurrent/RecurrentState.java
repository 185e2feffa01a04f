package io.troupe.nn.recurrent;

import io.troupe.tensor.Tensor;

/**
 * The state between two steps of a recurrent layer.
 *
 * @param h (numLayers numDirections, batch, hidden), layer by layer, forwards before backwards
 * @param c same shape, the cell states of an LSTM; null for other layers
 */
public record RecurrentState(Tensor h, Tensor c) {
  /** The state of a layer that has no cell state. */
  public static RecurrentState of(Tensor h) {
    return new RecurrentState(h, null);
  }

  /** The same state, detached from the autograd graph for truncated backpropagation. */
  public RecurrentState detach() {
    return new RecurrentState(h.detach(), c == null ? null : c.detach());
  }
}
