package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.generative.UnsupervisedLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Trains a generative model of images, such as an autoencoder or a diffusion model: {@code input},
 * pixels in [0, 1], and {@code label} if the model is conditioned on the class.
 */
public final class ImageModelling implements SupervisedTask {
  private final Module module;
  private final UnsupervisedLoss loss;

  /**
   * A model of images.
   *
   * @param module the network
   * @param loss training loss
   */
  public ImageModelling(Module module, UnsupervisedLoss loss) {
    this.module = module;
    this.loss = loss;
  }

  @Override
  public Module module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    int[] labels =
        BatchTensors.has(batch, "label") ? BatchTensors.of(batch, "label").toInts() : new int[0];
    return loss.loss(BatchTensors.of(batch, "input"), labels, random);
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
