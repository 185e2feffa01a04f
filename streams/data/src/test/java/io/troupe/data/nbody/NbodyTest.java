package io.troupe.data.nbody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.protocols.batch.ArrayData;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NbodyTest {
  private static final int PARTICLES = 5;

  /** The sum of kinetic and potential energy; velocities are half a step ahead of positions. */
  private static double energy(ChargedParticles system) {
    double[] x = system.positions();
    double[] charges = system.charges();
    double energy = Arrays.stream(system.velocities()).map(v -> v * v / 2).sum();
    for (int i = 0; i < PARTICLES; i++) {
      for (int j = 0; j < i; j++) {
        double squared = 0;
        for (int d = 0; d < 3; d++) {
          squared += Math.pow(x[3 * i + d] - x[3 * j + d], 2);
        }
        energy += charges[i] * charges[j] / Math.sqrt(squared);
      }
    }
    return energy;
  }

  private static double momentum(ChargedParticles system) {
    double[] v = system.velocities();
    double sum = 0;
    for (int i = 0; i < PARTICLES; i++) {
      sum += v[3 * i];
    }
    return sum;
  }

  @Test
  void energyAndMomentumAreConserved() {
    int kept = 0;
    for (int seed = 0; seed < 20; seed++) {
      ChargedParticles system = new ChargedParticles(PARTICLES, Philox.of(seed));
      double energy = energy(system);
      double momentum = momentum(system);
      system.advance(1000);
      boolean keepsEnergy =
          Math.abs(energy(system) - energy) < 0.05 * Math.max(1, Math.abs(energy));
      kept += keepsEnergy && Math.abs(momentum(system) - momentum) < 1e-6 ? 1 : 0;
    }
    assertThat(kept).as("systems without a close encounter").isGreaterThanOrEqualTo(10);
  }

  @Test
  void initialVelocitiesHaveTheSameLength() {
    double[] v = new ChargedParticles(PARTICLES, Philox.of(3)).velocities();
    double[] x = new ChargedParticles(PARTICLES, Philox.of(3)).positions();
    assertThat(Math.hypot(Math.hypot(v[0], v[1]), v[2])).isCloseTo(0.5, within(0.1));
    assertThat(x).isNotEqualTo(new ChargedParticles(PARTICLES, Philox.of(4)).positions());
  }

  @Test
  void anExampleDependsOnItsIndexOnly() {
    NbodyDataset many = NbodyDataset.simulate(6, PARTICLES, Philox.of(1));
    NbodyDataset few = NbodyDataset.simulate(3, PARTICLES, Philox.of(1));
    Map<String, ArrayData> batch = many.batch(2);
    assertThat(many.size()).isEqualTo(6);
    assertThat(batch.keySet()).containsExactly("input", "velocity", "charge", "target");
    assertThat(batch.get("target").sizes()).containsExactly(1, PARTICLES, 3);
    for (String name : batch.keySet()) {
      assertThat(((ArrayData.Floats) batch.get(name)).values())
          .isEqualTo(((ArrayData.Floats) few.batch(2).get(name)).values());
    }
    assertThat(((ArrayData.Floats) batch.get("target")).values())
        .isNotEqualTo(((ArrayData.Floats) batch.get("input")).values());
  }
}
