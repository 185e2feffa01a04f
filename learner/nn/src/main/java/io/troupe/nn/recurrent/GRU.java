package io.troupe.nn.recurrent;

import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.backend.RecurrentCell;

/** Gated recurrent units (arXiv:1406.1078), as {@code torch.nn.GRU}. */
public final class GRU extends RecurrentLayer {
  /** A layer with PyTorch's initial values. */
  public GRU(RecurrentOptions options, Initializer initializer) {
    super(RecurrentCell.GRU, options, initializer);
  }
}
