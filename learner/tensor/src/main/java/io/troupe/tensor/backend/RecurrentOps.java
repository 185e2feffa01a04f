package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * Recurrent layers over whole sequences. The caller computes the product with the inputs before,
 * for all steps at once, and the gradient by the weights after; these operations compute the
 * dependence of each step on the previous one.
 */
public interface RecurrentOps {
  /** Computes all steps; a row's states do not depend on the other rows of the batch. */
  void recurrence(Recurrence r);

  /**
   * Computes the gradients of all steps.
   *
   * @param dGates (time, batch, numGates hidden), overwritten: the gradient by the original gates;
   *     0 beyond a sequence's length
   * @param dProducts same shape, overwritten: the gradient by the products with the states, which
   *     differs from {@code dGates} for GRU alone; {@code dGates} itself for other cells
   * @param dState (batch, hidden), overwritten: the gradient by the initial state
   * @param dCell (batch, hidden), LSTM alone: on input the gradient by the last cell state, on
   *     output the gradient by the initial one
   * @param dStates (time, batch, hidden), the gradients by the states after each step
   */
  void recurrenceGrad(
      Recurrence r, Tensor dGates, Tensor dProducts, Tensor dState, Tensor dCell, Tensor dStates);
}
