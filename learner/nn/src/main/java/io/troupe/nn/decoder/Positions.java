package io.troupe.nn.decoder;

import io.troupe.tensor.backend.RotaryAngles;

/** How a layer encodes the positions of queries and keys. */
public sealed interface Positions {
  /**
   * Rotary positions.
   *
   * @param table index of the table in {@link DecoderArchitecture#rotaryTables}
   */
  record Rotary(int table) implements Positions {}

  /** No positions (arXiv:2305.19466): the layer knows only which keys are earlier. */
  record None() implements Positions {}

  /** The angles of the rows of a pass; null for no rotation. */
  default RotaryAngles angles(Pass pass) {
    return switch (this) {
      case Rotary(int table) -> pass.angles().get(table);
      case None() -> null;
    };
  }
}
