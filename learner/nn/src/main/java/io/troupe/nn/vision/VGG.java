package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.AdaptiveAvgPool2d;
import io.troupe.nn.layers.BatchNorm2d;
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
import java.util.ArrayList;
import java.util.List;

/**
 * VGG with 16 layers (Simonyan and Zisserman 2014, arXiv:1409.1556), with the names and initial
 * values of torchvision's {@code vgg16} and {@code vgg16_bn}. Images must have at least 32 rows and
 * columns; 224 in the paper.
 */
public final class VGG extends Module implements Layer {
  /** Channels of the convolutions of each stage; an image is halved after each. */
  private static final int[][] STAGES = {
    {64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}
  };

  private static final int POOLED = 7;

  private final Sequential features;
  private final Sequential classifier;

  /**
   * A network.
   *
   * @param batchNorm whether each convolution is normalized
   * @param dropout probability after each hidden layer of the classifier, in [0, 1)
   */
  public VGG(
      int inChannels, int numClasses, boolean batchNorm, double dropout, Initializer initializer) {
    this.features = child("features", features(inChannels, batchNorm, initializer));
    this.classifier =
        child(
            "classifier",
            Sequential.of(
                linear(512 * POOLED * POOLED, 4096, initializer),
                new ReLU(true),
                new Dropout(dropout, Philox.of(0)),
                linear(4096, 4096, initializer),
                new ReLU(true),
                new Dropout(dropout, Philox.of(1)),
                linear(4096, numClasses, initializer)));
  }

  private static Sequential features(int inChannels, boolean batchNorm, Initializer initializer) {
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    List<Layer> layers = new ArrayList<>();
    int channels = inChannels;
    for (int[] stage : STAGES) {
      for (int width : stage) {
        layers.add(Conv2d.kaimingNormal(channels, width, kernel, initializer));
        if (batchNorm) {
          layers.add(new BatchNorm2d(width, initializer));
        }
        layers.add(new ReLU(true));
        channels = width;
      }
      layers.add(MaxPool2d.of(2));
    }
    return Sequential.of(layers);
  }

  private static Linear linear(int in, int out, Initializer initializer) {
    return Linear.normal(in, out, true, 0.01, initializer);
  }

  /** (batch, channels, height, width) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor x) {
    Tensor pooled = AdaptiveAvgPool2d.of(POOLED).forward(features.forward(x));
    return classifier.forward(new Flatten().forward(pooled));
  }
}
