package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.AdaptiveAvgPool2d;
import io.troupe.nn.layers.BatchNorm2d;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Flatten;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.nn.layers.PoolOptions;
import io.troupe.nn.layers.ReLU;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks (He et al. 2015, arXiv:1512.03385), with the names and initial values of
 * torchvision's {@code resnet18} and {@code resnet50}. Images may have any size; 224 rows and
 * columns in the paper.
 */
public final class ResNet extends Module implements Layer {
  private static final int[] WIDTHS = {64, 128, 256, 512};

  private final Sequential stem;
  private final List<Sequential> stages = new ArrayList<>();
  private final Linear fc;

  private ResNet(
      int[] numBlocks,
      ResidualBlock.Kind kind,
      int inChannels,
      int numClasses,
      Initializer initializer) {
    Conv2d conv1 =
        child(
            "conv1",
            Conv2d.kaimingNormal(
                inChannels,
                64,
                ConvOptions.kernelSize(7).withStride(2).withPadding(3).withoutBias(),
                initializer));
    BatchNorm2d bn1 = child("bn1", new BatchNorm2d(64, initializer));
    this.stem =
        Sequential.of(
            conv1,
            bn1,
            new ReLU(true),
            new MaxPool2d(PoolOptions.kernelSize(3).withStride(2).withPadding(1)));
    int channels = 64;
    for (int i = 0; i < WIDTHS.length; i++) {
      List<Layer> blocks = new ArrayList<>();
      for (int block = 0; block < numBlocks[i]; block++) {
        int stride = i > 0 && block == 0 ? 2 : 1;
        blocks.add(new ResidualBlock(kind, channels, WIDTHS[i], stride, initializer));
        channels = kind.outChannels(WIDTHS[i]);
      }
      stages.add(child("layer" + (i + 1), Sequential.of(blocks)));
    }
    this.fc = child("fc", Linear.of(channels, numClasses, true, initializer));
  }

  /** 18 layers, blocks of two 3x3 convolutions. */
  public static ResNet resnet18(int inChannels, int numClasses, Initializer initializer) {
    return new ResNet(
        new int[] {2, 2, 2, 2}, ResidualBlock.Kind.BASIC, inChannels, numClasses, initializer);
  }

  /** 50 layers, blocks with a bottleneck; strides at the 3x3 convolutions, as in torchvision. */
  public static ResNet resnet50(int inChannels, int numClasses, Initializer initializer) {
    return new ResNet(
        new int[] {3, 4, 6, 3}, ResidualBlock.Kind.BOTTLENECK, inChannels, numClasses, initializer);
  }

  /** (batch, channels, height, width) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor x) {
    Tensor y = stem.forward(x);
    for (Sequential stage : stages) {
      y = stage.forward(y);
    }
    return fc.forward(new Flatten().forward(AdaptiveAvgPool2d.of(1).forward(y)));
  }
}
