package io.troupe.nn.equivariant;

import io.troupe.tensor.Tensor;

/**
 * Charged particles at one time, of one or more systems that do not interact with each other.
 *
 * @param positions (particles, dimensions)
 * @param velocities (particles, dimensions)
 * @param pairs the particles that interact
 * @param chargeProducts the product of the charges of each pair, (pairs, 1)
 */
public record Particles(
    Tensor positions, Tensor velocities, NodePairs pairs, Tensor chargeProducts) {

  /**
   * Systems of equally many particles, all of which interact.
   *
   * @param positions (systems, particles, dimensions)
   * @param velocities (systems, particles, dimensions)
   * @param charges (systems, particles)
   * @param pairs of {@link NodePairs#complete} for these systems
   */
  public static Particles of(Tensor positions, Tensor velocities, Tensor charges, NodePairs pairs) {
    Tensor ofParticles = charges.reshape(-1, 1);
    return new Particles(
        positions.reshape(-1, positions.size(2)),
        velocities.reshape(-1, velocities.size(2)),
        pairs,
        pairs.ofReceivers(ofParticles).mul(pairs.ofSenders(ofParticles)));
  }
}
