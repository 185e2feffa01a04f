package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.nn.layers.AdaptiveAvgPool2d;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Flatten;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.nn.layers.PoolOptions;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.List;

/**
 * GoogLeNet (Szegedy et al. 2014, arXiv:1409.4842) with batch norms, with the names and initial
 * values of torchvision's {@code googlenet}, including its 3x3 convolutions in place of the paper's
 * 5x5. Images must have at least 15 rows and columns; 224 in the paper.
 *
 * <p>Two optional auxiliary heads add gradients in the middle of the network in training; they are
 * not used in evaluation.
 */
public final class GoogLeNet extends Module implements Layer {
  private static final PoolOptions HALVED = PoolOptions.kernelSize(3).withStride(2).withCeilMode();

  private final boolean transformInput;
  private final Sequential toFirstHead;
  private final Sequential toSecondHead;
  private final Sequential rest;
  private final AuxiliaryHead aux1;
  private final AuxiliaryHead aux2;
  private final Sequential head;

  /**
   * The outputs for training.
   *
   * @param logits of the network, (batch, numClasses)
   * @param auxiliary logits of the heads, the later one first as in torchvision; empty without them
   */
  public record Outputs(Tensor logits, List<Tensor> auxiliary) {
    /** Copies the list. */
    public Outputs {
      auxiliary = List.copyOf(auxiliary);
    }
  }

  /**
   * A network.
   *
   * @param auxLogits whether there are auxiliary heads
   * @param transformInput whether images normalized for ImageNet are renormalized to mean and
   *     standard deviation 0.5, as torchvision's published weights require
   * @param dropout probability before the last layer, in [0, 1)
   * @param dropoutAux the same in the auxiliary heads
   */
  public GoogLeNet(
      int inChannels,
      int numClasses,
      boolean auxLogits,
      boolean transformInput,
      double dropout,
      double dropoutAux,
      Initializer initializer) {
    this.transformInput = transformInput;
    MaxPool2d pool = new MaxPool2d(HALVED);
    this.toFirstHead =
        Sequential.of(
            child("conv1", new NormalizedConv2d(inChannels, 64, 7, 2, 3, initializer)),
            pool,
            child("conv2", new NormalizedConv2d(64, 64, 1, 1, 0, initializer)),
            child("conv3", new NormalizedConv2d(64, 192, 3, 1, 1, initializer)),
            pool,
            child("inception3a", new Inception(192, 64, 96, 128, 16, 32, 32, initializer)),
            child("inception3b", new Inception(256, 128, 128, 192, 32, 96, 64, initializer)),
            pool,
            child("inception4a", new Inception(480, 192, 96, 208, 16, 48, 64, initializer)));
    this.toSecondHead =
        Sequential.of(
            child("inception4b", new Inception(512, 160, 112, 224, 24, 64, 64, initializer)),
            child("inception4c", new Inception(512, 128, 128, 256, 24, 64, 64, initializer)),
            child("inception4d", new Inception(512, 112, 144, 288, 32, 64, 64, initializer)));
    this.rest =
        Sequential.of(
            child("inception4e", new Inception(528, 256, 160, 320, 32, 128, 128, initializer)),
            new MaxPool2d(PoolOptions.kernelSize(2).withCeilMode()),
            child("inception5a", new Inception(832, 256, 160, 320, 32, 128, 128, initializer)),
            child("inception5b", new Inception(832, 384, 192, 384, 48, 128, 128, initializer)));
    this.aux1 = auxLogits ? auxiliary("aux1", 512, numClasses, dropoutAux, initializer) : null;
    this.aux2 = auxLogits ? auxiliary("aux2", 528, numClasses, dropoutAux, initializer) : null;
    Linear fc = child("fc", AuxiliaryHead.linear(1024, numClasses, initializer));
    this.head =
        Sequential.of(
            AdaptiveAvgPool2d.of(1),
            new Flatten(),
            child("dropout", new Dropout(dropout, Philox.of(0))),
            fc);
  }

  private AuxiliaryHead auxiliary(
      String name, int inChannels, int numClasses, double dropout, Initializer initializer) {
    return child(name, new AuxiliaryHead(inChannels, numClasses, dropout, initializer));
  }

  /** Whether there are auxiliary heads. */
  public boolean hasAuxiliaryHeads() {
    return aux1 != null;
  }

  /** (batch, channels, height, width) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor x) {
    Tensor middle = toSecondHead.forward(toFirstHead.forward(transformed(x)));
    return head.forward(rest.forward(middle));
  }

  /** As {@link #forward}, with the outputs of the auxiliary heads. */
  public Outputs forwardWithAuxiliary(Tensor x) {
    Tensor first = toFirstHead.forward(transformed(x));
    Tensor second = toSecondHead.forward(first);
    Tensor logits = head.forward(rest.forward(second));
    return new Outputs(
        logits,
        hasAuxiliaryHeads() ? List.of(aux2.forward(second), aux1.forward(first)) : List.of());
  }

  /** From ImageNet's means and deviations of the three channels to 0.5 for all. */
  private Tensor transformed(Tensor x) {
    if (!transformInput) {
      return x;
    }
    Tensor factor = channels(x, 0.229 / 0.5, 0.224 / 0.5, 0.225 / 0.5);
    Tensor offset = channels(x, (0.485 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.406 - 0.5) / 0.5);
    return x.mul(factor).add(offset);
  }

  private static Tensor channels(Tensor x, double... values) {
    return Tensor.of(values).to(x.dtype()).reshape(Shape.of(1, 3, 1, 1));
  }
}
