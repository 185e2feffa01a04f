package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.generative.UnsupervisedLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Trains a generative model of images, such as an autoencoder or a diffusion model: {@code input},
 * pixels in [0, 1], and {@code label} if the model is conditioned on the class.
 *
 * @param module the network
 * @param loss training loss
 */
public record ImageModelling(Module module, UnsupervisedLoss loss) implements SupervisedTask {
  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    int[] labels =
        BatchTensors.has(batch, "label") ? BatchTensors.of(batch, "label").toInts() : new int[0];
    return loss.loss(BatchTensors.of(batch, "input"), labels, random);
  }
}
