package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net of Stable Diffusion (Rombach et al. 2022, arXiv:2112.10752), as {@code
 * UNet2DConditionModel} of diffusers. PyTorch's initial values.
 */
public final class UNet2DConditionModel extends UNetDownUp {
  private final UNet2DConditionConfig config;
  private final TimeEmbedding addEmbedding;

  /**
   * Tensors that are added to the results of the way down and of the middle, from a ControlNet.
   *
   * @param down one for each result of the way down
   * @param middle for the result of the middle
   */
  public record Residuals(List<Tensor> down, Tensor middle) {
    /** The sum with others. */
    public Residuals add(Residuals other) {
      List<Tensor> sums = new ArrayList<>();
      for (int i = 0; i < down.size(); i++) {
        sums.add(down.get(i).add(other.down.get(i)));
      }
      return new Residuals(sums, middle.add(other.middle));
    }
  }

  /**
   * A pooled text and sizes of images, for a model with {@code text_time}.
   *
   * @param textEmbeds (batch, features)
   * @param timeIds sizes of each image, row by row
   */
  public record TextTime(Tensor textEmbeds, double[] timeIds) {}

  /** A network. */
  public UNet2DConditionModel(UNet2DConditionConfig config, Initializer initializer) {
    super(config, new CrossAttentionParts(config), config.activation(), initializer);
    this.config = config;
    int additional = config.addition().features();
    this.addEmbedding =
        additional == 0
            ? null
            : child(
                "add_embedding",
                new TimeEmbedding(additional, config.timeFeatures(), Activation.SILU, initializer));
  }

  /** The sizes. */
  public UNet2DConditionConfig config() {
    return config;
  }

  /** Applies a network without further conditions. */
  public Tensor forward(Tensor sample, double[] timesteps, TextContext text) {
    return forward(sample, timesteps, text, null, null);
  }

  /**
   * Applies the network.
   *
   * @param sample (batch, inChannels, height, width)
   * @param timesteps one for each sample
   * @param residuals of a ControlNet; null for none
   * @param added for a model with {@code text_time}; null for others
   * @return (batch, outChannels, height, width)
   */
  public Tensor forward(
      Tensor sample, double[] timesteps, TextContext text, Residuals residuals, TextTime added) {
    requireFits(sample, timesteps, text);
    Tensor time = time(sample, timesteps, added);
    List<Tensor> skips = new ArrayList<>();
    Tensor h = lowest(features(sample), time, text, skips);
    if (residuals != null) {
      h = h.add(residuals.middle());
      for (int i = 0; i < skips.size(); i++) {
        skips.set(i, skips.get(i).add(residuals.down().get(i)));
      }
    }
    return output(h, time, text, skips);
  }

  private Tensor time(Tensor sample, double[] timesteps, TextTime added) {
    Tensor time = embedded(timesteps, sample);
    if (addEmbedding == null) {
      return time;
    }
    if (added == null) {
      throw new IllegalArgumentException(
          "addition_embed_type=text_time requires text_embeds and time_ids, got none");
    }
    int batch = sample.size(0);
    Tensor waves =
        new TimeWaves(
                config.addition().timeFeatures(),
                config.waves().cosinesFirst(),
                config.waves().freqShift())
            .of(added.timeIds(), sample.dtype())
            .reshape(batch, -1);
    return time.add(addEmbedding.forward(Indexing.cat(1, List.of(added.textEmbeds(), waves))));
  }

  private void requireFits(Tensor sample, double[] timesteps, TextContext text) {
    requireFits(sample, timesteps);
    Tensor states = text.hiddenStates();
    if (states.rank() != 3
        || states.size(0) != sample.size(0)
        || states.size(2) != config.crossAttentionDim()) {
      throw new ShapeException(
          "encoder_hidden_states must be (%d, length, %d), got %s"
              .formatted(sample.size(0), config.crossAttentionDim(), states.shape()));
    }
  }
}
