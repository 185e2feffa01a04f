package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Transformer layers over the places of an image, with attention to a text (Rombach et al. 2022,
 * arXiv:2112.10752, section 3.3), as {@code Transformer2DModel} of diffusers.
 */
final class Transformer2D extends BlockAttention {
  private static final double EPS = 1e-6;

  private final GroupNorm norm;
  private final Layer projIn;
  private final List<TransformerBlock> blocks = new ArrayList<>();
  private final Layer projOut;
  private final boolean isLinear;

  /**
   * The layers.
   *
   * @param numLayers number of transformer layers
   * @param textFeatures of the text
   * @param isLinear whether the projections are linear layers or convolutions of one pixel
   */
  Transformer2D(
      int channels,
      int numHeads,
      int numLayers,
      int textFeatures,
      boolean isLinear,
      int numGroups,
      Initializer initializer) {
    this.isLinear = isLinear;
    this.norm = child("norm", new GroupNorm(numGroups, channels, EPS, initializer));
    this.projIn = projection("proj_in", channels, initializer);
    for (int i = 0; i < numLayers; i++) {
      blocks.add(
          child(
              "transformer_blocks." + i,
              new TransformerBlock(channels, numHeads, textFeatures, initializer)));
    }
    this.projOut = projection("proj_out", channels, initializer);
  }

  private Layer projection(String name, int channels, Initializer initializer) {
    return isLinear
        ? child(name, Linear.of(channels, channels, true, initializer))
        : child(name, Conv2d.of(channels, channels, 1, initializer));
  }

  @Override
  Tensor forward(Tensor x, TextContext text) {
    Tensor normalized = norm.forward(x);
    Tensor h =
        isLinear
            ? projIn.forward(sequence(normalized))
            : sequence(projIn.forward(normalized)); // (batch, places, channels)
    for (TransformerBlock block : blocks) {
      h = block.forward(h, text);
    }
    Size size = Size.of(x);
    Tensor projected = isLinear ? image(projOut.forward(h), size) : projOut.forward(image(h, size));
    return projected.add(x);
  }
}
