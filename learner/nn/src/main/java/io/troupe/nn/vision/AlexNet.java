package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.AdaptiveAvgPool2d;
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
 * AlexNet in one tower (Krizhevsky 2014, arXiv:1404.5997), with the names and initial values of
 * torchvision's {@code alexnet}. Images must have at least 63 rows and columns; 224 in the paper.
 */
public final class AlexNet extends Module implements Layer {
  private static final int POOLED = 6;

  private final Sequential features;
  private final Sequential classifier;

  /**
   * A network.
   *
   * @param dropout probability before each hidden layer of the classifier, in [0, 1)
   */
  public AlexNet(int inChannels, int numClasses, double dropout, Initializer initializer) {
    this.features = child("features", features(inChannels, initializer));
    this.classifier =
        child(
            "classifier",
            Sequential.of(
                new Dropout(dropout, Philox.of(0)),
                Linear.of(256 * POOLED * POOLED, 4096, true, initializer),
                new ReLU(true),
                new Dropout(dropout, Philox.of(1)),
                Linear.of(4096, 4096, true, initializer),
                new ReLU(true),
                Linear.of(4096, numClasses, true, initializer)));
  }

  private static Sequential features(int inChannels, Initializer initializer) {
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    return Sequential.of(
        Conv2d.of(
            inChannels, 64, ConvOptions.kernelSize(11).withStride(4).withPadding(2), initializer),
        new ReLU(true),
        MaxPool2d.of(3, 2),
        Conv2d.of(64, 192, ConvOptions.kernelSize(5).withPadding(2), initializer),
        new ReLU(true),
        MaxPool2d.of(3, 2),
        Conv2d.of(192, 384, kernel, initializer),
        new ReLU(true),
        Conv2d.of(384, 256, kernel, initializer),
        new ReLU(true),
        Conv2d.of(256, 256, kernel, initializer),
        new ReLU(true),
        MaxPool2d.of(3, 2));
  }

  /** (batch, channels, height, width) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor x) {
    Tensor pooled = AdaptiveAvgPool2d.of(POOLED).forward(features.forward(x));
    return classifier.forward(new Flatten().forward(pooled));
  }
}
