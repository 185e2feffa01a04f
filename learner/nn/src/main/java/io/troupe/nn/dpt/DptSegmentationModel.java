package io.troupe.nn.dpt;

import io.troupe.nn.Module;
import io.troupe.nn.layers.BatchNorm2d;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.ReLU;
import io.troupe.nn.layers.Sequential;
import io.troupe.nn.layers.Upsample;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/**
 * DPT for a class of each pixel; names of transformers' {@code DPTForSemanticSegmentation}, whose
 * auxiliary head reads the second-finest grid and is used in training only.
 */
public final class DptSegmentationModel extends Module {
  private static final double DROPOUT = 0.1;

  private final DptBackbone backbone;
  private final DptNeck neck;
  private final Sequential head;
  private final Sequential auxiliaryHead;

  /** A model with random weights. */
  public DptSegmentationModel(DptConfig config, int numLabels, Initializer initializer) {
    this.backbone = child("dpt", new DptBackbone(config, initializer));
    this.neck = child("neck", new DptNeck(config, initializer));
    int channels = config.fusionHiddenSize();
    List<Layer> layers = new ArrayList<>(layers(channels, numLabels, initializer));
    layers.add(Upsample.bilinear(2, true));
    this.head = child("head.head", Sequential.of(layers));
    this.auxiliaryHead =
        child("auxiliary_head.head", Sequential.of(layers(channels, numLabels, initializer)));
  }

  private static List<Layer> layers(int channels, int numLabels, Initializer initializer) {
    ConvOptions same = ConvOptions.kernelSize(3).withPadding(1).withoutBias();
    return List.of(
        Conv2d.of(channels, channels, same, initializer),
        new BatchNorm2d(channels, initializer),
        new ReLU(true),
        new Dropout(DROPOUT, Philox.of(0)),
        Conv2d.of(channels, numLabels, 1, initializer));
  }

  /**
   * The logits of both heads.
   *
   * @param images (batch, channels, imageSize, imageSize)
   * @return (batch, numLabels, height, width) each, at the resolution of the heads
   */
  public List<Tensor> logits(Tensor images) {
    List<Tensor> fused = neck.forward(backbone.forward(images));
    return List.of(
        head.forward(fused.getLast()), auxiliaryHead.forward(fused.get(DptConfig.LEVELS - 2)));
  }

  /** As {@link #logits}, resized to the images: (batch, numLabels, imageSize, imageSize) each. */
  public List<Tensor> logitsOfPixels(Tensor images) {
    Upsample resize = Upsample.bilinearTo(images.size(2), images.size(3), false);
    return logits(images).stream().map(resize::forward).toList();
  }

  /** The logits of each pixel, (batch, numLabels, imageSize, imageSize). */
  public Tensor classify(Tensor images) {
    Upsample resize = Upsample.bilinearTo(images.size(2), images.size(3), false);
    return resize.forward(head.forward(neck.forward(backbone.forward(images)).getLast()));
  }
}
