package io.troupe.nn.dpt;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.ConvTranspose2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the states of four layers into four grids (section 3 of the paper): joins the class token
 * to each patch, and changes channels and resolution.
 */
final class Reassemble extends Module {
  private final DptConfig config;
  private final List<Linear> readouts = new ArrayList<>();
  private final List<Conv2d> projections = new ArrayList<>();
  private final List<Layer> resizes = new ArrayList<>();

  Reassemble(DptConfig config, Initializer initializer) {
    this.config = config;
    int hidden = config.hiddenSize();
    for (int i = 0; i < DptConfig.LEVELS; i++) {
      int channels = config.neckHiddenSizes().get(i);
      String name = "layers." + i;
      projections.add(child(name + ".projection", Conv2d.of(hidden, channels, 1, initializer)));
      resizes.add(resize(i, name + ".resize", channels, initializer));
      readouts.add(
          child("readout_projects." + i + ".0", Linear.of(2 * hidden, hidden, true, initializer)));
    }
  }

  /** Four times and twice finer, unchanged, and half as fine. */
  private Layer resize(int level, String name, int channels, Initializer initializer) {
    return switch (level) {
      case 0, 1 -> {
        int factor = level == 0 ? 4 : 2;
        ConvOptions finer = ConvOptions.kernelSize(factor).withStride(factor);
        yield child(name, ConvTranspose2d.of(channels, channels, finer, initializer));
      }
      case 2 -> x -> x;
      default ->
          child(
              name,
              Conv2d.of(
                  channels,
                  channels,
                  ConvOptions.kernelSize(3).withStride(2).withPadding(1),
                  initializer));
    };
  }

  /**
   * Makes the grids.
   *
   * @param states (batch, 1 + patches, hidden) of each level
   * @return (batch, channels, height, width) of each level, the finest first
   */
  List<Tensor> forward(List<Tensor> states) {
    List<Tensor> grids = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      Tensor grid = grid(states.get(i), readouts.get(i));
      grids.add(resizes.get(i).forward(projections.get(i).forward(grid)));
    }
    return grids;
  }

  private Tensor grid(Tensor state, Linear readout) {
    int batch = state.size(0);
    int hidden = state.size(2);
    int size = config.gridSize();
    Tensor patches = state.narrow(1, 1, state.size(1) - 1);
    Tensor token = state.narrow(1, 0, 1).expand(patches.shape());
    Tensor joined =
        Activation.GELU.forward(readout.forward(Indexing.cat(2, List.of(patches, token))));
    return joined.transpose(1, 2).reshape(batch, hidden, size, size);
  }
}
