package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.nn.losses.Reduction;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.List;
import java.util.function.Function;

/**
 * Trains a classifier: {@code input}, and one {@code label} per example, or per position in it,
 * such as a pixel or a character.
 */
public final class Classification implements SupervisedTask {
  /** The weight of the loss of auxiliary heads, as in GoogLeNet (arXiv:1409.4842, section 5). */
  private static final double AUXILIARY_WEIGHT = 0.3;

  /** The rank of (batch, classes, height, width). */
  private static final int PIXEL_RANK = 4;

  private static final CrossEntropyLoss MEASURE =
      CrossEntropyLoss.of().withReduction(Reduction.SUM);

  private final Module module;
  private final Layer network;
  private final Function<Tensor, List<Tensor>> trained;
  private final CrossEntropyLoss loss;

  /**
   * A classification.
   *
   * @param module the network
   * @param network applies it: (batch, ...) to logits (batch, classes) or (batch, classes, ...)
   * @param trained the logits in training: those of the network, then those of auxiliary heads
   * @param labelSmoothing the share of each label that is spread over all classes
   */
  public Classification(
      Module module, Layer network, Function<Tensor, List<Tensor>> trained, double labelSmoothing) {
    this.module = module;
    this.network = network;
    this.trained = trained;
    this.loss = CrossEntropyLoss.of().withLabelSmoothing(labelSmoothing);
  }

  /** A classification by a network without auxiliary heads. */
  public Classification(Module module, Layer network, double labelSmoothing) {
    this(module, network, x -> List.of(network.forward(x)), labelSmoothing);
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor labels = BatchTensors.of(batch, "label");
    List<Tensor> logits = trained.apply(BatchTensors.of(batch, "input"));
    Tensor sum = loss.forward(logits.getFirst(), labels);
    for (Tensor auxiliary : logits.subList(1, logits.size())) {
      sum = sum.add(loss.forward(auxiliary, labels).mul(AUXILIARY_WEIGHT));
    }
    return sum;
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    count(network.forward(BatchTensors.of(batch, "input")), BatchTensors.of(batch, "label"), tally);
  }

  /**
   * Adds the loss of logits and the predicted classes to a tally.
   *
   * @param logits (batch, classes) or (batch, classes, ...)
   * @param labels labels, with the shape of the logits without the class dimension
   */
  public static void count(Tensor logits, Tensor labels, Tally tally) {
    tally.add("loss", MEASURE.forward(logits, labels).item(), labels.numel());
    int classes = logits.size(1);
    int[] predicted = predicted(logits);
    int[] wanted = labels.toInts();
    boolean ofPixels = logits.rank() == PIXEL_RANK;
    for (int i = 0; i < wanted.length; i++) {
      if (ofPixels) {
        tally.segmented(classes, wanted[i], predicted[i]);
      } else {
        tally.classified(classes, wanted[i], predicted[i]);
      }
    }
  }

  /** The most probable class of every position, in the order of the labels. */
  private static int[] predicted(Tensor logits) {
    if (logits.rank() == 2) {
      return logits.argmax().toInts();
    }
    int places = Math.toIntExact(logits.numel() / logits.size(0) / logits.size(1));
    return logits
        .reshape(logits.size(0), logits.size(1), places)
        .transpose(1, 2) // (batch, places, classes)
        .argmax()
        .toInts();
  }

  @Override
  public Monitor monitor() {
    return Monitor.ACCURACY;
  }
}
