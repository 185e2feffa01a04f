package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.ConvTranspose2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net (Ronneberger et al. 2015, arXiv:1505.04597): blocks of two convolutions on successively
 * halved images, then upsampling, where each level is concatenated with the same level of the way
 * down. Convolutions are padded, so that images keep their size, and blocks are normalized.
 * PyTorch's initial values. In PyTorch, with base 32 and depth 3:
 *
 * <pre>{@code
 * class Block(nn.Module):
 *     def __init__(self, i, o):
 *         super().__init__()
 *         self.conv1 = nn.Conv2d(i, o, 3, padding=1, bias=False)
 *         self.norm1 = nn.BatchNorm2d(o)                         # or nn.GroupNorm(8, o)
 *         self.conv2 = nn.Conv2d(o, o, 3, padding=1, bias=False)
 *         self.norm2 = nn.BatchNorm2d(o)
 *     def forward(self, x):
 *         x = F.relu(self.norm1(self.conv1(x)))
 *         return F.relu(self.norm2(self.conv2(x)))
 *
 * class UNet(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.down = nn.ModuleList([Block(3, 32), Block(32, 64), Block(64, 128)])
 *         self.middle = Block(128, 256)
 *         self.upsample = nn.ModuleList([nn.ConvTranspose2d(256, 128, 2, stride=2),
 *             nn.ConvTranspose2d(128, 64, 2, stride=2), nn.ConvTranspose2d(64, 32, 2, stride=2)])
 *         self.up = nn.ModuleList([Block(256, 128), Block(128, 64), Block(64, 32)])
 *         self.out = nn.Conv2d(32, 1, 1)
 *     def forward(self, x):
 *         skips = []
 *         for block in self.down:
 *             x = block(x); skips.append(x); x = F.max_pool2d(x, 2)
 *         x = self.middle(x)
 *         for upsample, block in zip(self.upsample, self.up):
 *             x = block(torch.cat([upsample(x), skips.pop()], 1))
 *         return self.out(x)
 * }</pre>
 */
public final class UNet extends Module implements Layer {
  private final UNetConfig config;
  private final List<UNetBlock> down = new ArrayList<>();
  private final UNetBlock middle;
  private final List<ConvTranspose2d> upsample = new ArrayList<>();
  private final List<UNetBlock> up = new ArrayList<>();
  private final Conv2d out;

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
  }

  /** The sizes. */
  public UNetConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param x (batch, inChannels, height, width), both sides multiples of 2 to the power of the
   *     depth
   * @return (batch, outChannels, height, width)
   */
  @Override
  public Tensor forward(Tensor x) {
    requireFits(x);
    List<Tensor> skips = new ArrayList<>();
    MaxPool2d halved = MaxPool2d.of(2);
    Tensor y = x;
    for (UNetBlock block : down) {
      Tensor skip = block.forward(y);
      skips.add(skip);
      y = halved.forward(skip);
    }
    y = middle.forward(y);
    for (int i = 0; i < up.size(); i++) {
      Tensor joined = Indexing.cat(1, List.of(upsample.get(i).forward(y), skips.removeLast()));
      y = up.get(i).forward(joined);
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
}
