package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.MSELoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** Trains a regression of {@code target} on {@code input} with the mean squared error. */
public final class Regression implements SupervisedTask {
  private final Module module;
  private final Layer network;
  private final MSELoss loss = MSELoss.of();

  /**
   * A regression.
   *
   * @param module the network
   * @param network applies it: (batch, ...) to as many numbers as the target has
   */
  public Regression(Module module, Layer network) {
    this.module = module;
    this.network = network;
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor target = BatchTensors.of(batch, "target");
    return loss.forward(network.forward(BatchTensors.of(batch, "input")), like(target));
  }

  private static Tensor like(Tensor target) {
    return target.rank() == 1 ? target.reshape(-1, 1) : target;
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    tally.add("loss", loss(batch, random).item() * batch.size(), batch.size());
  }

  @Override
  public Monitor monitor() {
    return Monitor.LOSS;
  }
}
