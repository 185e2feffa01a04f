package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.nn.losses.Reduction;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Trains a model to predict the next character: {@code input} and {@code target} are ids, (batch,
 * time); the target is the input shifted by one. The loss is in nats per character.
 */
public final class CharacterModelling implements SupervisedTask {
  private final Module module;
  private final Layer network;
  private final CrossEntropyLoss loss = CrossEntropyLoss.of();
  private final CrossEntropyLoss measure = CrossEntropyLoss.of().withReduction(Reduction.SUM);

  /**
   * A language model of characters.
   *
   * @param module the network
   * @param network applies it: ids (batch, time) to logits (batch, time, vocab)
   */
  public CharacterModelling(Module module, Layer network) {
    this.module = module;
    this.network = network;
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    return loss.forward(logits(batch), targets(batch));
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor logits = logits(batch);
    Tensor targets = targets(batch);
    tally.add("loss", measure.forward(logits, targets).item(), targets.numel());
    int[] predicted = logits.argmax().toInts();
    int[] wanted = targets.toInts();
    int right = 0;
    for (int i = 0; i < wanted.length; i++) {
      right += predicted[i] == wanted[i] ? 1 : 0;
    }
    tally.add("accuracy", right, wanted.length);
  }

  private Tensor logits(MiniBatch batch) {
    Tensor logits = network.forward(BatchTensors.of(batch, "input"));
    return logits.reshape(-1, logits.size(-1)); // (batch * time, vocab)
  }

  private static Tensor targets(MiniBatch batch) {
    return BatchTensors.of(batch, "target").reshape(-1);
  }
}
