package io.troupe.nn.recurrent;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.backend.RecurrentCell;

/**
 * The Elman network {@code h' = tanh(weight_ih x + bias_ih + weight_hh h + bias_hh)}, or with a
 * ReLU, as {@code torch.nn.RNN}.
 */
public final class RNN extends RecurrentLayer {

  /** A layer with tanh, PyTorch's default. */
  public RNN(RecurrentOptions options, Initializer initializer) {
    this(options, Activation.TANH, initializer);
  }

  /**
   * A layer.
   *
   * @param nonlinearity {@link Activation#TANH} or {@link Activation#RELU}
   */
  public RNN(RecurrentOptions options, Activation nonlinearity, Initializer initializer) {
    super(cellOf(nonlinearity), options, initializer);
  }

  private static RecurrentCell cellOf(Activation nonlinearity) {
    return switch (nonlinearity) {
      case TANH -> RecurrentCell.RNN_TANH;
      case RELU -> RecurrentCell.RNN_RELU;
      default ->
          throw new IllegalArgumentException(
              "nonlinearity must be tanh or relu, got " + nonlinearity.publishedName());
    };
  }
}
