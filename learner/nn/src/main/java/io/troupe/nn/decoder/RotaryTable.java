package io.troupe.nn.decoder;

import io.troupe.nn.layers.RotaryParameters;

/**
 * A rotary embedding that layers of a decoder share.
 *
 * @param rotaryDim rotated dimensions of a head, even
 * @param parameters base and scaling of the frequencies
 */
public record RotaryTable(int rotaryDim, RotaryParameters parameters) {
  /** Checks the dimensions. */
  public RotaryTable {
    if (rotaryDim < 2 || rotaryDim % 2 != 0) {
      throw new IllegalArgumentException(
          "the rotated dimensions of a head (head_dim * partial_rotary_factor) must be even and"
              + " above 0, got "
              + rotaryDim);
    }
  }
}
