package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.ConvTranspose2d;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net (Ronneberger et al. 2015, arXiv:1505.04597): blocks of two convolutions on successively
 * halved images, then upsampling, where each level is concatenated with the same level of the way
 * down. Convolutions are padded, so that images keep their size, and blocks are normalized. With a
 * time embedding it is the network of a diffusion model (Ho et al. 2020, arXiv:2006.11239, without
 * attention). PyTorch's initial values. In PyTorch, with base 32 and depth 3:
 *
 * <pre>{@code
 * class Block(nn.Module):
 *     def __init__(self, i, o, time_dim):
 *         super().__init__()
 *         self.conv1 = nn.Conv2d(i, o, 3, padding=1, bias=False)
 *         self.norm1 = nn.BatchNorm2d(o)                         # or nn.GroupNorm(8, o)
 *         self.time = nn.Linear(time_dim, o) if time_dim else None
 *         self.conv2 = nn.Conv2d(o, o, 3, padding=1, bias=False)
 *         self.norm2 = nn.BatchNorm2d(o)
 *     def forward(self, x, e):
 *         x = F.relu(self.norm1(self.conv1(x)))
 *         if self.time is not None:
 *             x = x + self.time(e)[:, :, None, None]
 *         return F.relu(self.norm2(self.conv2(x)))
 *
 * class UNet(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.down = nn.ModuleList([Block(3, 32, t), Block(32, 64, t), Block(64, 128, t)])
 *         self.middle = Block(128, 256, t)
 *         self.upsample = nn.ModuleList([nn.ConvTranspose2d(256, 128, 2, stride=2),
 *             nn.ConvTranspose2d(128, 64, 2, stride=2), nn.ConvTranspose2d(64, 32, 2, stride=2)])
 *         self.up = nn.ModuleList([Block(256, 128, t), Block(128, 64, t), Block(64, 32, t)])
 *         self.out = nn.Conv2d(32, 1, 1)
 *         # with a time embedding, and labels:
 *         self.time_embed = nn.Sequential(nn.Linear(64, t), nn.SiLU(), nn.Linear(t, t))
 *         self.label_embed = nn.Embedding(num_classes + 1, t)    # the last row: no label
 *     def forward(self, x, timestep=None, label=None):
 *         e = ...                                                # None without a time
 *         f = timestep[:, None] * torch.exp(-math.log(10000) * torch.arange(32) / 32)
 *         e = self.time_embed(torch.cat([f.sin(), f.cos()], 1)) + self.label_embed(label)
 *         skips = []
 *         for block in self.down:
 *             x = block(x, e); skips.append(x); x = F.max_pool2d(x, 2)
 *         x = self.middle(x, e)
 *         for upsample, block in zip(self.upsample, self.up):
 *             x = block(torch.cat([upsample(x), skips.pop()], 1), e)
 *         return self.out(x)
 * }</pre>
 */
public final class UNet extends Module implements Layer {
  /** The number of sines, and of cosines, of the time. */
  private static final int NUM_FREQUENCIES = 32;

  private final UNetConfig config;
  private final List<UNetBlock> down = new ArrayList<>();
  private final UNetBlock middle;
  private final List<ConvTranspose2d> upsample = new ArrayList<>();
  private final List<UNetBlock> up = new ArrayList<>();
  private final Conv2d out;
  private final Sequential timeEmbed;
  private final Embedding labelEmbed;

  /** A network. */
  public UNet(UNetConfig config, Initializer initializer) {
    this.config = config;
    int channels = config.inChannels();
    for (int level = 0; level < config.depth(); level++) {
      int width = config.base() << level;
      down.add(child("down." + level, new UNetBlock(channels, width, config, initializer)));
      channels = width;
    }
    this.middle = child("middle", new UNetBlock(channels, 2 * channels, config, initializer));
    ConvOptions doubled = ConvOptions.kernelSize(2).withStride(2);
    for (int i = 0; i < config.depth(); i++) {
      int width = channels >> i;
      upsample.add(
          child("upsample." + i, ConvTranspose2d.of(2 * width, width, doubled, initializer)));
    }
    for (int i = 0; i < config.depth(); i++) {
      int width = channels >> i;
      up.add(child("up." + i, new UNetBlock(2 * width, width, config, initializer)));
    }
    this.out = child("out", Conv2d.of(config.base(), config.outChannels(), 1, initializer));
    this.timeEmbed =
        config.timeDim() == 0 ? null : child("time_embed", timeEmbed(config, initializer));
    this.labelEmbed =
        config.numClasses() == 0
            ? null
            : child(
                "label_embed",
                Embedding.of(config.numClasses() + 1, config.timeDim(), initializer));
  }

  private static Sequential timeEmbed(UNetConfig config, Initializer initializer) {
    int width = config.timeDim();
    return Sequential.of(
        Linear.of(2 * NUM_FREQUENCIES, width, true, initializer),
        Activation.SILU,
        Linear.of(width, width, true, initializer));
  }

  /** The sizes. */
  public UNetConfig config() {
    return config;
  }

  /**
   * Applies a network without a time embedding.
   *
   * @param x (batch, inChannels, height, width), both sides multiples of 2 to the power of the
   *     depth
   * @return (batch, outChannels, height, width)
   */
  @Override
  public Tensor forward(Tensor x) {
    if (timeEmbed != null) {
      throw new IllegalArgumentException(
          "a U-Net with a time embedding must have a timestep for each image, got none");
    }
    return levels(x, null);
  }

  /**
   * Applies a network with a time embedding.
   *
   * @param x (batch, inChannels, height, width), both sides multiples of 2 to the power of the
   *     depth
   * @param timesteps one for each image
   * @param labels the class of each image, -1 for none; empty if no image has one. A network
   *     without a label embedding ignores them
   * @return (batch, outChannels, height, width)
   */
  public Tensor forward(Tensor x, double[] timesteps, int[] labels) {
    if (timeEmbed == null) {
      throw new IllegalArgumentException("time_dim must be > 0 for a U-Net with timesteps, got 0");
    }
    return levels(x, embedding(x, timesteps, labels));
  }

  private Tensor levels(Tensor x, Tensor embedding) {
    requireFits(x);
    List<Tensor> skips = new ArrayList<>();
    MaxPool2d halved = MaxPool2d.of(2);
    Tensor y = x;
    for (UNetBlock block : down) {
      Tensor skip = block.forward(y, embedding);
      skips.add(skip);
      y = halved.forward(skip);
    }
    y = middle.forward(y, embedding);
    for (int i = 0; i < up.size(); i++) {
      Tensor joined = Indexing.cat(1, List.of(upsample.get(i).forward(y), skips.removeLast()));
      y = up.get(i).forward(joined, embedding);
    }
    return out.forward(y);
  }

  private void requireFits(Tensor x) {
    int multiple = config.multiple();
    if (x.rank() != 4
        || x.size(1) != config.inChannels()
        || x.size(2) % multiple != 0
        || x.size(3) % multiple != 0) {
      throw new ShapeException(
          "input of the U-Net must be (batch, "
              + config.inChannels()
              + ", height, width), both sides multiples of "
              + multiple
              + " as images are halved "
              + config.depth()
              + " times, got "
              + x.shape());
    }
  }

  /** (batch, timeDim). */
  private Tensor embedding(Tensor x, double[] timesteps, int[] labels) {
    double[] waves = new double[timesteps.length * 2 * NUM_FREQUENCIES];
    for (int i = 0; i < timesteps.length; i++) {
      int row = i * 2 * NUM_FREQUENCIES;
      for (int k = 0; k < NUM_FREQUENCIES; k++) {
        double angle = timesteps[i] * Math.exp(-Math.log(10_000) * k / NUM_FREQUENCIES);
        waves[row + k] = Math.sin(angle);
        waves[row + NUM_FREQUENCIES + k] = Math.cos(angle);
      }
    }
    Tensor time = Tensor.of(waves, timesteps.length, 2 * NUM_FREQUENCIES).to(x.dtype());
    Tensor embedded = timeEmbed.forward(time);
    return labelEmbed == null
        ? embedded
        : embedded.add(labelEmbed.forward(rows(labels, timesteps.length)));
  }

  /** The row of each label in the label embedding; the last row is for images without a label. */
  private Tensor rows(int[] labels, int batch) {
    int none = config.numClasses();
    int[] rows = new int[batch];
    for (int i = 0; i < batch; i++) {
      int label = labels.length == 0 ? -1 : labels[i];
      if (label < -1 || label >= none) {
        throw new IllegalArgumentException(
            "label must be from 0 to " + (none - 1) + ", got " + label);
      }
      rows[i] = label < 0 ? none : label;
    }
    return Tensor.of(rows);
  }
}
