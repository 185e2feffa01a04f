package io.troupe.training.graph;

import io.troupe.nn.equivariant.NodePairs;
import io.troupe.nn.equivariant.ParticleNetwork;
import io.troupe.nn.equivariant.Particles;
import io.troupe.nn.losses.MSELoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Trains a network to predict the positions of particles with the mean squared error. A mini-batch
 * has {@code input} (positions), {@code velocity}, {@code charge} and {@code target} of each
 * system.
 *
 * <p>An evaluation also measures {@code equivariance_error}: the largest difference between the
 * prediction for a rotated and shifted system and the rotated and shifted prediction, relative to
 * the largest coordinate of the prediction.
 */
public final class ParticleTask implements SupervisedTask {
  private static final MSELoss LOSS = MSELoss.of();
  private static final int DIMENSIONS = 3;

  private final ParticleNetwork module;
  private final Map<Integer, NodePairs> pairs = new HashMap<>(); // by number of systems

  /** A task for a network. */
  public ParticleTask(ParticleNetwork module) {
    this.module = module;
  }

  @Override
  public ParticleNetwork module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor predicted =
        predict(BatchTensors.of(batch, "input"), BatchTensors.of(batch, "velocity"), batch);
    return LOSS.forward(predicted, target(batch));
  }

  private static Tensor target(MiniBatch batch) {
    return BatchTensors.of(batch, "target").reshape(-1, DIMENSIONS);
  }

  private Tensor predict(Tensor positions, Tensor velocities, MiniBatch batch) {
    int particles = positions.size(1);
    NodePairs ofBatch =
        pairs.computeIfAbsent(positions.size(0), systems -> NodePairs.complete(systems, particles));
    return module.forward(
        Particles.of(positions, velocities, BatchTensors.of(batch, "charge"), ofBatch));
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor positions = BatchTensors.of(batch, "input");
    Tensor velocities = BatchTensors.of(batch, "velocity");
    Tensor predicted = predict(positions, velocities, batch);
    tally.add("loss", LOSS.forward(predicted, target(batch)).item() * batch.size(), batch.size());
    Tensor rotation = rotation(random);
    Tensor shift = Tensor.of(new float[] {0.5f, -1, 1.5f}, DIMENSIONS);
    Tensor ofMoved =
        predict(rotated(positions, rotation).add(shift), rotated(velocities, rotation), batch);
    Tensor moved = predicted.matmul(rotation).add(shift);
    tally.add("equivariance_error", largest(ofMoved.sub(moved)) / largest(predicted), 1);
  }

  private static Tensor rotated(Tensor vectors, Tensor rotation) {
    return vectors.reshape(-1, DIMENSIONS).matmul(rotation).reshape(vectors.shape());
  }

  private static double largest(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElse(0);
  }

  /** The rotation matrix of a unit quaternion that is drawn uniformly (Shoemake 1992). */
  private static Tensor rotation(Philox random) {
    double u = random.uniform(0);
    double a = 2 * Math.PI * random.uniform(1);
    double b = 2 * Math.PI * random.uniform(2);
    double w = Math.sqrt(1 - u) * Math.sin(a);
    double x = Math.sqrt(1 - u) * Math.cos(a);
    double y = Math.sqrt(u) * Math.sin(b);
    double z = Math.sqrt(u) * Math.cos(b);
    double[] rows = {
      1 - 2 * (y * y + z * z),
      2 * (x * y - w * z),
      2 * (x * z + w * y),
      2 * (x * y + w * z),
      1 - 2 * (x * x + z * z),
      2 * (y * z - w * x),
      2 * (x * z - w * y),
      2 * (y * z + w * x),
      1 - 2 * (x * x + y * y)
    };
    float[] single = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      single[i] = (float) rows[i];
    }
    return Tensor.of(single, DIMENSIONS, DIMENSIONS);
  }
}
