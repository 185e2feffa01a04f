package io.troupe.data.nbody;

import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/**
 * A system of charged particles in three dimensions without walls, as in the simulator of the EGNN
 * code, which extends that of NRI (arXiv:1802.04687).
 *
 * <p>Each particle has the charge 1 or -1. Particle i is accelerated by the sum over the others of
 * q_i q_j (x_i - x_j) / |x_i - x_j|^3, each component limited to [-100, 100]. Initial positions are
 * drawn from the standard normal distribution, times the cube root of a fifth of the number of
 * particles; initial velocities have length 0.5 and random directions. A step of the leapfrog
 * method is 0.001 units of time. Computed in double precision. Not thread-safe.
 */
final class ChargedParticles {
  static final int DIMENSIONS = 3;

  private static final double STEP = 0.001;
  private static final double SPEED = 0.5;
  private static final double MOST_FORCE = 0.1 / STEP;
  private static final double DEFAULT_PARTICLES = 5;

  private final int count;
  private final double[] charges;
  private final double[] positions;
  private final double[] velocities;
  private final double[] forces;

  /**
   * A system at time 0.
   *
   * @param draws random numbers of this system
   */
  ChargedParticles(int count, Philox draws) {
    this.count = count;
    this.charges = new double[count];
    this.positions = new double[count * DIMENSIONS];
    this.velocities = new double[count * DIMENSIONS];
    this.forces = new double[count * DIMENSIONS];
    double spread = StrictMath.cbrt(count / DEFAULT_PARTICLES);
    for (int i = 0; i < count; i++) {
      charges[i] = draws.derive(0).uniform(i) < 0.5 ? -1 : 1;
    }
    for (int i = 0; i < positions.length; i++) {
      positions[i] = spread * normal(draws.derive(1), i);
      velocities[i] = normal(draws.derive(2), i);
    }
    for (int i = 0; i < count; i++) {
      int at = i * DIMENSIONS;
      double length =
          Math.sqrt(
              velocities[at] * velocities[at]
                  + velocities[at + 1] * velocities[at + 1]
                  + velocities[at + 2] * velocities[at + 2]);
      for (int d = 0; d < DIMENSIONS; d++) {
        velocities[at + d] *= SPEED / length;
      }
    }
    accelerate();
  }

  /** The method of Box and Muller. */
  private static double normal(Philox draws, int index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - draws.uniform(2L * index)));
    return radius * StrictMath.cos(2 * Math.PI * draws.uniform(2L * index + 1));
  }

  /** Simulates some steps. */
  void advance(int steps) {
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < positions.length; i++) {
        positions[i] += STEP * velocities[i];
      }
      accelerate();
    }
  }

  /** Adds the forces at the current positions to the velocities. */
  private void accelerate() {
    Arrays.fill(forces, 0);
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        addForces(i, j);
      }
    }
    for (int i = 0; i < velocities.length; i++) {
      velocities[i] += STEP * Math.clamp(forces[i], -MOST_FORCE, MOST_FORCE);
    }
  }

  private void addForces(int i, int j) {
    int a = i * DIMENSIONS;
    int b = j * DIMENSIONS;
    double dx = positions[a] - positions[b];
    double dy = positions[a + 1] - positions[b + 1];
    double dz = positions[a + 2] - positions[b + 2];
    double squared = dx * dx + dy * dy + dz * dz;
    double size = charges[i] * charges[j] / (squared * Math.sqrt(squared));
    forces[a] += size * dx;
    forces[a + 1] += size * dy;
    forces[a + 2] += size * dz;
    forces[b] -= size * dx;
    forces[b + 1] -= size * dy;
    forces[b + 2] -= size * dz;
  }

  /** The charge of each particle. */
  double[] charges() {
    return charges.clone();
  }

  /** The current position of each particle. */
  double[] positions() {
    return positions.clone();
  }

  /** The velocity of each particle, half a step after its position. */
  double[] velocities() {
    return velocities.clone();
  }
}
