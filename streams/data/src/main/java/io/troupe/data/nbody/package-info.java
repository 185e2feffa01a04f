/**
 * Charged particles in space, simulated from a seed as in the N-body experiment of EGNN
 * (arXiv:2102.09844, section 5.1): {@link io.troupe.data.nbody.ChargedParticles} simulates one
 * system, {@link io.troupe.data.nbody.NbodySource} the training, validation and test sets.
 */
package io.troupe.data.nbody;
