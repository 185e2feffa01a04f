package io.troupe.nn.recurrent;

import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.backend.RecurrentCell;

/** Long short-term memory (Hochreiter and Schmidhuber 1997), as {@code torch.nn.LSTM}. */
public final class LSTM extends RecurrentLayer {
  /** A layer with PyTorch's initial values. */
  public LSTM(RecurrentOptions options, Initializer initializer) {
    super(RecurrentCell.LSTM, options, initializer);
  }
}
