package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * The operands and saved values of one direction of a recurrent layer over a batch of sequences,
 * time first. In the backward direction, the state before step t is at t + 1.
 *
 * <p>A sequence keeps its state in the steps beyond its length, so that the last state is the one
 * at its last step; the backward direction starts there.
 *
 * @param cell makes the next state
 * @param gates (time, batch, numGates hidden): the contribution of the inputs, with the biases;
 *     overwritten, for LSTM and GRU with the values of the gates
 * @param states (time + 1, batch, hidden): the initial state is at 0, or at {@code time} in the
 *     backward direction; the others are written
 * @param cells same shape, LSTM's cell states likewise; null for other cells
 * @param fromHidden (time, batch, hidden), written: the contribution of the state to GRU's new
 *     gate; null for other cells
 * @param weight (numGates hidden, hidden), multiplies the state
 * @param bias (numGates hidden), added to that product, GRU alone; or null
 * @param lengths steps of each sequence, from 1 to {@code time}; or null when all have all
 * @param backwards whether time runs from the last step to the first
 */
@SuppressWarnings("ArrayRecordComponent") // one pass's view of the caller's own array
public record Recurrence(
    RecurrentCell cell,
    Tensor gates,
    Tensor states,
    Tensor cells,
    Tensor fromHidden,
    Tensor weight,
    Tensor bias,
    int[] lengths,
    boolean backwards) {

  /** The number of time steps. */
  public int time() {
    return gates.size(0);
  }

  /** The number of sequences. */
  public int batch() {
    return gates.size(1);
  }

  /** The number of hidden units. */
  public int hidden() {
    return weight.size(1);
  }

  /** Whether sequence {@code row} has a step {@code t}. */
  public boolean has(int row, int t) {
    return lengths == null || t < lengths[row];
  }

  /** The time step that is computed as number {@code i}. */
  public int step(int i) {
    return backwards ? time() - 1 - i : i;
  }

  /** The index of the states before step {@code t}. */
  public int before(int t) {
    return backwards ? t + 1 : t;
  }

  /** The index of the states after step {@code t}. */
  public int after(int t) {
    return backwards ? t : t + 1;
  }
}
