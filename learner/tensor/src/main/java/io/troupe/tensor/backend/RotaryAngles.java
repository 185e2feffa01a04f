package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * The rotary positions of the rows of one forward pass (arXiv:2104.09864).
 *
 * @param cos (maxPositions, rotaryDim / 2)
 * @param sin same shape as {@code cos}
 * @param positions (rows), INT32: the row of the tables that each row of the pass uses
 */
public record RotaryAngles(Tensor cos, Tensor sin, Tensor positions) {}
