/**
 * Supervised training, one step at a time: {@link io.troupe.training.supervised.SupervisedTask}
 * defines the loss, {@link io.troupe.training.supervised.SupervisedTrainer} makes the steps. The
 * caller supplies the batches.
 */
package io.troupe.training.supervised;
