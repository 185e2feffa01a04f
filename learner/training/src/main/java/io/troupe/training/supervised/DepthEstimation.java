package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.random.Philox;

/**
 * Trains a model that predicts the depth of each pixel: {@code target}, (batch, 1, height, width),
 * above 0. The loss is the absolute error relative to the depth, the metric {@code AbsRel} of depth
 * estimation.
 *
 * @param module the network
 * @param network applies it: images to depths, (batch, height, width)
 */
public record DepthEstimation(Module module, Layer network) implements SupervisedTask {
  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor depth = network.forward(BatchTensors.of(batch, "input"));
    Tensor target = BatchTensors.of(batch, "target").reshape(depth.shape());
    return depth.sub(target).div(target).apply(UnaryOp.ABS).mean();
  }
}
