/**
 * The state of training as bytes, to transfer it to another learner. {@link
 * io.troupe.training.state.TrainingState} has the weights, the state of the optimizer and the
 * counters; {@link io.troupe.training.state.WeightChecksum} tells whether two learners have the
 * same weights.
 */
package io.troupe.training.state;
