package io.troupe.nn.equivariant;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/** A network that predicts where particles are some time later. */
public abstract sealed class ParticleNetwork extends Module permits EGNN, GNN {
  /**
   * Predicts the positions of the particles.
   *
   * @return (particles, dimensions)
   */
  public abstract Tensor forward(Particles particles);
}
