/**
 * Supervised training, one step at a time: {@link io.troupe.training.supervised.SupervisedTask}
 * says what a loss is, {@link io.troupe.training.supervised.SupervisedTrainer} makes steps of it.
 * Who asks for steps, and from where batches come, is not its business.
 */
package io.troupe.training.supervised;
