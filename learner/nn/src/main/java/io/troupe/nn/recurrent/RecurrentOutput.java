package io.troupe.nn.recurrent;

import io.troupe.tensor.Tensor;

/**
 * The result of a recurrent layer.
 *
 * @param output (batch, time, numDirections hidden), or time first: the states of the last layer at
 *     each step, 0 beyond a sequence's length
 * @param state after the last step of each sequence
 */
public record RecurrentOutput(Tensor output, RecurrentState state) {}
