package io.troupe.nn.dpt;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Upsample;
import io.troupe.tensor.Tensor;

/** Adds a grid to the fused coarser ones and doubles the resolution. */
final class FusionLayer extends Module {
  private final Conv2d projection;
  private final ResidualUnit residualLayer1;
  private final ResidualUnit residualLayer2;

  FusionLayer(int channels, Initializer initializer) {
    this.projection = child("projection", Conv2d.of(channels, channels, 1, initializer));
    this.residualLayer1 = child("residual_layer1", new ResidualUnit(channels, initializer));
    this.residualLayer2 = child("residual_layer2", new ResidualUnit(channels, initializer));
  }

  /** The coarsest grid, which has nothing to be added to. */
  Tensor first(Tensor grid) {
    Tensor finer = Upsample.bilinear(2, true).forward(residualLayer2.forward(grid));
    return projection.forward(finer);
  }

  /**
   * The next grid.
   *
   * @param fused of the coarser grids, (batch, channels, height, width)
   * @param grid (batch, channels, height, width); resized if it has another size
   */
  Tensor next(Tensor fused, Tensor grid) {
    Tensor fitting =
        grid.shape().equals(fused.shape())
            ? grid
            : Upsample.bilinearTo(fused.size(2), fused.size(3), false).forward(grid);
    return first(fused.add(residualLayer1.forward(fitting)));
  }
}
