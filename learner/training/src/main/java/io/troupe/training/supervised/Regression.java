package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.MSELoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Trains a regression of {@code target} on {@code input} with the mean squared error.
 *
 * @param module the network
 * @param network applies it: (batch, ...) to as many numbers as the target has
 */
public record Regression(Module module, Layer network) implements SupervisedTask {
  private static final MSELoss LOSS = MSELoss.of();

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor target = BatchTensors.of(batch, "target");
    return LOSS.forward(network.forward(BatchTensors.of(batch, "input")), like(target));
  }

  private static Tensor like(Tensor target) {
    return target.rank() == 1 ? target.reshape(-1, 1) : target;
  }
}
