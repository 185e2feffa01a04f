package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.nn.losses.Reduction;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.List;

/**
 * Learns which class each example is of: {@code input}, and a {@code label} for each example, or
 * for each place in it, as of a pixel or a character.
 */
public final class Classification implements SupervisedTask {
  private final Module module;
  private final Layer network;
  private final List<AuxiliaryHead> heads;
  private final CrossEntropyLoss loss;
  private final CrossEntropyLoss measure;
  private final String target;

  /**
   * Logits that a network gives in training beside its own, as GoogLeNet does.
   *
   * @param weight of their loss
   * @param logits those of the last forward pass
   */
  public record AuxiliaryHead(double weight, java.util.function.Supplier<Tensor> logits) {}

  /**
   * A classification.
   *
   * @param module the network
   * @param network applies it: (batch, ...) to logits (batch, classes) or (batch, classes, ...)
   * @param heads of the network that act in training alone
   * @param target name of the array with the labels, shaped as the logits without their classes
   * @param labelSmoothing the share of each label that is spread over all classes
   */
  public Classification(
      Module module,
      Layer network,
      List<AuxiliaryHead> heads,
      String target,
      double labelSmoothing) {
    this.module = module;
    this.network = network;
    this.heads = List.copyOf(heads);
    this.target = target;
    this.loss = CrossEntropyLoss.of().withLabelSmoothing(labelSmoothing);
    this.measure = CrossEntropyLoss.of().withReduction(Reduction.SUM);
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor labels = BatchTensors.of(batch, target);
    Tensor sum = loss.forward(network.forward(BatchTensors.of(batch, "input")), labels);
    for (AuxiliaryHead head : heads) {
      sum = sum.add(loss.forward(head.logits().get(), labels).mul(head.weight()));
    }
    return sum;
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor logits = network.forward(BatchTensors.of(batch, "input"));
    Tensor labels = BatchTensors.of(batch, target);
    tally.add("loss", measure.forward(logits, labels).item(), labels.numel());
    int classes = logits.size(1);
    int[] predicted = predicted(logits);
    int[] wanted = labels.toInts();
    for (int i = 0; i < wanted.length; i++) {
      tally.classified(classes, wanted[i], predicted[i]);
    }
  }

  /** The likeliest class of every place, in the order of the labels. */
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
