package io.troupe.nn.dpt;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Reassembles the states of the backbone into grids and fuses them, the coarsest first. */
final class DptNeck extends Module {
  private final Reassemble reassemble;
  private final List<Conv2d> convs = new ArrayList<>();
  private final List<FusionLayer> fusion = new ArrayList<>();

  DptNeck(DptConfig config, Initializer initializer) {
    int fused = config.fusionHiddenSize();
    ConvOptions same = ConvOptions.kernelSize(3).withPadding(1).withoutBias();
    this.reassemble = child("reassemble_stage", new Reassemble(config, initializer));
    for (int i = 0; i < DptConfig.LEVELS; i++) {
      int channels = config.neckHiddenSizes().get(i);
      convs.add(child("convs." + i, Conv2d.of(channels, fused, same, initializer)));
      fusion.add(child("fusion_stage.layers." + i, new FusionLayer(fused, initializer)));
    }
  }

  /**
   * Fuses the states.
   *
   * @param states (batch, 1 + patches, hidden) of each level
   * @return the fused grids, (batch, fusionHiddenSize, height, width), the coarsest first; the last
   *     is eight times as fine as the patches
   */
  List<Tensor> forward(List<Tensor> states) {
    List<Tensor> grids = reassemble.forward(states);
    List<Tensor> fused = new ArrayList<>();
    for (int i = 0; i < DptConfig.LEVELS; i++) {
      int level = DptConfig.LEVELS - 1 - i;
      Tensor grid = convs.get(level).forward(grids.get(level));
      FusionLayer layer = fusion.get(i);
      fused.add(i == 0 ? layer.first(grid) : layer.next(fused.getLast(), grid));
    }
    return fused;
  }
}
