/**
 * Networks over particles in space: {@link io.troupe.nn.equivariant.EGNN}, whose predictions rotate
 * and shift with its input, and {@link io.troupe.nn.equivariant.GNN}, a network of the same size
 * without this property. Both implement {@link io.troupe.nn.equivariant.ParticleNetwork}. Depends
 * on {@code io.troupe.nn.layers}; read {@link io.troupe.nn.equivariant.MessageLayer} first.
 */
package io.troupe.nn.equivariant;
