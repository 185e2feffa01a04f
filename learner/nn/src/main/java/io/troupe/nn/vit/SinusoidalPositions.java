package io.troupe.nn.vit;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;

/**
 * Sines and cosines of the rows and columns of a grid, as timm's {@code build_sincos2d_pos_embed}:
 * a quarter of the features each for the sine of the row, of the column, and the cosines.
 */
final class SinusoidalPositions {
  private static final double TEMPERATURE = 10_000;

  private SinusoidalPositions() {}

  /** (places of the grid, dim), in the current scope. */
  static Tensor of(int gridSize, int dim, DType dtype) {
    int bands = dim / 4;
    double[] values = new double[gridSize * gridSize * dim];
    for (int place = 0; place < gridSize * gridSize; place++) {
      int[] coordinates = {place / gridSize, place % gridSize};
      for (int axis = 0; axis < 2; axis++) {
        for (int band = 0; band < bands; band++) {
          double angle = coordinates[axis] * Math.pow(TEMPERATURE, -(double) band / bands);
          int at = place * dim + axis * bands + band;
          values[at] = Math.sin(angle);
          values[at + 2 * bands] = Math.cos(angle);
        }
      }
    }
    Tensor table = Tensor.empty(dtype, Shape.of(gridSize * gridSize, dim));
    table.copyFrom(Tensor.of(values, gridSize * gridSize, dim));
    return table;
  }
}
