package io.troupe.nn.equivariant;

/**
 * The options of the layers of an {@link EGNN}, with the names of the original code.
 *
 * @param residual whether the update of a node is added to its features
 * @param attention whether each message is scaled by a learned number in (0, 1)
 * @param normalize whether differences of coordinates are divided by their length; the division has
 *     no gradient
 * @param tanh whether the weight of a difference is limited to (-1, 1)
 * @param meanOfMoves whether a node moves by the mean over its pairs ({@code coords_agg} mean) or
 *     by the sum
 * @param velocity whether a node also moves along its initial velocity (equation 7)
 */
public record EquivariantOptions(
    boolean residual,
    boolean attention,
    boolean normalize,
    boolean tanh,
    boolean meanOfMoves,
    boolean velocity) {

  /** The defaults of the original code, without velocities. */
  public static EquivariantOptions defaults() {
    return new EquivariantOptions(true, false, false, false, true, false);
  }

  /** With or without velocities. */
  public EquivariantOptions withVelocity(boolean moves) {
    return new EquivariantOptions(residual, attention, normalize, tanh, meanOfMoves, moves);
  }
}
