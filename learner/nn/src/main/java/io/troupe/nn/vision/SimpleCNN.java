package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Flatten;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.nn.layers.ReLU;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * A small image classifier: two convolutions, each followed by pooling, and two fully connected
 * layers. PyTorch's initial values. In PyTorch, for images of 1 x 28 x 28:
 *
 * <pre>{@code
 * class SimpleCNN(nn.Module):
 *     def __init__(self):
 *         super().__init__()
 *         self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
 *         self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
 *         self.fc1 = nn.Linear(3136, 128)                               # 64 * 7 * 7
 *         self.fc2 = nn.Linear(128, 10)
 *     def forward(self, x):
 *         x = F.max_pool2d(F.relu(self.conv1(x)), 2)
 *         x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
 *         return self.fc2(F.dropout(F.relu(self.fc1(x)), p, self.training))
 * }</pre>
 */
public final class SimpleCNN extends Module implements Layer {
  private final Sequential stack;

  /**
   * A network.
   *
   * @param imageSize rows and columns of the images, a multiple of 4
   * @param dropout probability before the last layer, in [0, 1)
   */
  public SimpleCNN(
      int inChannels, int numClasses, int imageSize, double dropout, Initializer initializer) {
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    Conv2d conv1 = child("conv1", Conv2d.of(inChannels, 32, kernel, initializer));
    Conv2d conv2 = child("conv2", Conv2d.of(32, 64, kernel, initializer));
    int quarter = imageSize / 4;
    Linear fc1 = child("fc1", Linear.of(64 * quarter * quarter, 128, true, initializer));
    Linear fc2 = child("fc2", Linear.of(128, numClasses, true, initializer));
    this.stack =
        Sequential.of(
            conv1,
            new ReLU(true),
            MaxPool2d.of(2), // (batch, 32, imageSize / 2, imageSize / 2)
            conv2,
            new ReLU(true),
            MaxPool2d.of(2), // (batch, 64, imageSize / 4, imageSize / 4)
            new Flatten(),
            fc1,
            new ReLU(true),
            child("dropout", new Dropout(dropout, Philox.of(0))),
            fc2);
  }

  /** (batch, channels, imageSize, imageSize) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor x) {
    return stack.forward(x);
  }
}
