package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net of diffusion models of images (Ho et al. 2020, arXiv:2006.11239), with or without
 * classes, as {@code UNet2DModel} of diffusers. PyTorch's initial values.
 */
public final class UNet2DModel extends UNetDownUp {
  private final UNet2DConfig config;
  private final Embedding classEmbedding;

  /** A network. */
  public UNet2DModel(UNet2DConfig config, Initializer initializer) {
    super(config, new SelfAttentionParts(config), Activation.SILU, initializer);
    this.config = config;
    this.classEmbedding =
        config.numClasses() == 0
            ? null
            : child(
                "class_embedding",
                Embedding.of(config.numClasses(), config.timeFeatures(), initializer));
  }

  /** The sizes. */
  public UNet2DConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param sample (batch, inChannels, height, width)
   * @param timesteps one for each sample
   * @param labels class of each sample; empty for a network without classes
   * @return (batch, outChannels, height, width)
   */
  public Tensor forward(Tensor sample, double[] timesteps, int[] labels) {
    requireFits(sample, timesteps);
    Tensor time = embedded(timesteps, sample);
    if (classEmbedding != null) {
      requireLabels(labels, timesteps.length);
      time = time.add(classEmbedding.forward(Tensor.of(labels, labels.length)));
    }
    Tensor centered = config.centerInput() ? sample.mul(2).sub(1) : sample;
    List<Tensor> skips = new ArrayList<>();
    Tensor lowest = lowest(features(centered), time, null, skips);
    return output(lowest, time, null, skips);
  }

  private void requireLabels(int[] labels, int batch) {
    if (labels.length != batch) {
      throw new IllegalArgumentException(
          "class_labels must have one label for each of %d samples, got %d"
              .formatted(batch, labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= config.numClasses()) {
        throw new IllegalArgumentException(
            "class_labels must be from 0 to %d, got %d".formatted(config.numClasses() - 1, label));
      }
    }
  }
}
