/**
 * Supervised runs: {@link io.troupe.actors.supervised.SupervisedAlgorithm} trains a model on
 * mini-batches from a Pekko stream. {@link io.troupe.actors.supervised.SupervisedInputs} are the
 * data and a model that fits it.
 */
package io.troupe.actors.supervised;
