package io.troupe.nn.vit;

import io.troupe.nn.Module;
import io.troupe.nn.attention.RelativeBias;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;

/** The relative positions of one layer, as timm's {@code RelPosBias}. */
final class RelativePositions extends Module {
  private final RelativeBias bias;

  RelativePositions(ViTConfig config, boolean hasClassToken, Initializer initializer) {
    int grid = config.gridSize();
    Tensor table =
        parameter(
            "relative_position_bias_table",
            initializer.normal(
                ViTBackbone.RANGE,
                RelativeBias.numOffsets(grid, grid, hasClassToken),
                config.numHeads()));
    this.bias = new RelativeBias(table, Tensor.of(RelativeBias.index(grid, grid, hasClassToken)));
  }

  RelativeBias bias() {
    return bias;
  }
}
