package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Flatten;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;

/**
 * LeNet-5 (LeCun et al. 1998, "Gradient-based learning applied to document recognition"): 5x5
 * convolutions to 6, 16 and 120 channels, each followed by pooling except the last, then two fully
 * connected layers. PyTorch's initial values. In PyTorch, with the default settings:
 *
 * <pre>{@code
 * class LeNet5(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
 *         self.conv2 = nn.Conv2d(6, 16, 5)
 *         self.conv3 = nn.Conv2d(16, 120, 5)
 *         self.fc1 = nn.Linear(120, 64)
 *         self.fc2 = nn.Linear(64, 10)
 *     def forward(self, x):                                             # (batch, 1, 28, 28)
 *         x = F.avg_pool2d(torch.sigmoid(self.conv1(x)), 2)             # (batch, 6, 14, 14)
 *         x = F.avg_pool2d(torch.sigmoid(self.conv2(x)), 2)             # (batch, 16, 5, 5)
 *         x = torch.sigmoid(self.conv3(x)).flatten(1)                   # (batch, 120)
 *         return self.fc2(torch.sigmoid(self.fc1(x)))
 * }</pre>
 *
 * <p>The original's connections between the first two layers' channels are sparse, its pooling has
 * weights and its output measures distances; here, as everywhere since, none of this is so.
 */
public final class LeNet5 extends Module implements Layer {
  private final Sequential features;
  private final Linear last;

  /**
   * A network.
   *
   * @param imageSize rows and columns of the images: 32 as in the original, or a smaller even
   *     number, padded to 32
   * @param hidden width of the layer before the last
   * @param activation after each layer except the last
   * @param pooling halves an image
   */
  public LeNet5(
      int inChannels,
      int numClasses,
      int imageSize,
      int hidden,
      Layer activation,
      Layer pooling,
      Initializer initializer) {
    ConvOptions kernel = ConvOptions.kernelSize(5);
    ConvOptions padded = kernel.withPadding((32 - imageSize) / 2);
    Conv2d conv1 = child("conv1", Conv2d.of(inChannels, 6, padded, initializer));
    Conv2d conv2 = child("conv2", Conv2d.of(6, 16, kernel, initializer));
    Conv2d conv3 = child("conv3", Conv2d.of(16, 120, kernel, initializer));
    Linear fc1 = child("fc1", Linear.of(120, hidden, true, initializer));
    this.last = child("fc2", Linear.of(hidden, numClasses, true, initializer));
    this.features =
        Sequential.of(
            conv1,
            activation,
            pooling, // (batch, 6, 14, 14)
            conv2,
            activation,
            pooling, // (batch, 16, 5, 5)
            conv3,
            activation,
            new Flatten(), // (batch, 120)
            fc1,
            activation);
  }

  /** (batch, channels, imageSize, imageSize) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor x) {
    return last.forward(features(x));
  }

  /** (batch, channels, imageSize, imageSize) to the inputs of the last layer, (batch, hidden). */
  public Tensor features(Tensor x) {
    return features.forward(x);
  }
}
