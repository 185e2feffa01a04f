package io.troupe.data.nbody;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.ExampleTransform;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.tensor.random.Philox;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Simulated systems of particles. An example has the arrays {@code input} (particles, 3): positions
 * after {@value #START} steps; {@code velocity} (particles, 3) and {@code charge} (particles) at
 * that time; and {@code target} (particles, 3): positions {@value #HORIZON} steps later.
 */
final class NbodyDataset implements Dataset {
  static final int START = 3000;
  static final int HORIZON = 1000;

  private final int numParticles;
  private final float[] positions;
  private final float[] velocities;
  private final float[] charges;
  private final float[] targets;

  private NbodyDataset(int numParticles, int numSystems) {
    int values = numSystems * numParticles * ChargedParticles.DIMENSIONS;
    this.numParticles = numParticles;
    this.positions = new float[values];
    this.velocities = new float[values];
    this.targets = new float[values];
    this.charges = new float[numSystems * numParticles];
  }

  /**
   * Simulates some systems.
   *
   * @param draws random numbers; each system has its own, by its index
   */
  static NbodyDataset simulate(int numSystems, int numParticles, Philox draws) {
    NbodyDataset dataset = new NbodyDataset(numParticles, numSystems);
    IntStream.range(0, numSystems)
        .parallel()
        .forEach(i -> dataset.fill(i, new ChargedParticles(numParticles, draws.derive(i))));
    return dataset;
  }

  private void fill(int index, ChargedParticles system) {
    int at = index * numParticles * ChargedParticles.DIMENSIONS;
    copy(system.charges(), charges, index * numParticles);
    system.advance(START);
    copy(system.positions(), positions, at);
    copy(system.velocities(), velocities, at);
    system.advance(HORIZON);
    copy(system.positions(), targets, at);
  }

  private static void copy(double[] values, float[] to, int at) {
    for (int i = 0; i < values.length; i++) {
      to[at + i] = (float) values[i];
    }
  }

  @Override
  public int size() {
    return charges.length / numParticles;
  }

  @Override
  public ExampleSpec spec() {
    return new ExampleSpec(
        ExampleSpec.Kind.FEATURES,
        List.of(numParticles, ChargedParticles.DIMENSIONS),
        0,
        List.of());
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", vectors(positions, indices));
    arrays.put("velocity", vectors(velocities, indices));
    arrays.put(
        "charge",
        new ArrayData.Floats(chosen(charges, indices, numParticles), indices.length, numParticles));
    arrays.put("target", vectors(targets, indices));
    return arrays;
  }

  private ArrayData vectors(float[] values, int[] indices) {
    int width = numParticles * ChargedParticles.DIMENSIONS;
    return new ArrayData.Floats(
        chosen(values, indices, width), indices.length, numParticles, ChargedParticles.DIMENSIONS);
  }

  private static float[] chosen(float[] values, int[] indices, int width) {
    float[] chosen = new float[indices.length * width];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(values, indices[i] * width, chosen, i * width, width);
    }
    return chosen;
  }
}
