package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * One direction of one recurrent layer over a batch of sequences, time first: its operands and what
 * it keeps for the gradient. Backwards in time, the state before step t is at t + 1.
 *
 * <p>A sequence keeps its state through the steps beyond its length, so that the state that is left
 * at the end is the one at its last step; backwards it starts there.
 *
 * @param cell makes the next state
 * @param gates (time, batch, numGates hidden): what the inputs contribute, with the biases;
 *     overwritten, for LSTM and GRU with the values of the gates
 * @param states (time + 1, batch, hidden): the initial state stands at 0, or at {@code time} when
 *     backwards; the others are written
 * @param cells same shape, LSTM's cell states likewise; null for other cells
 * @param fromHidden (time, batch, hidden), written: what the state contributes to GRU's new gate;
 *     null for other cells
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

  /** Steps of time. */
  public int time() {
    return gates.size(0);
  }

  /** Sequences. */
  public int batch() {
    return gates.size(1);
  }

  /** Units. */
  public int hidden() {
    return weight.size(1);
  }

  /** Whether sequence {@code row} has a step {@code t}. */
  public boolean has(int row, int t) {
    return lengths == null || t < lengths[row];
  }

  /** The step that is taken as number {@code i}. */
  public int step(int i) {
    return backwards ? time() - 1 - i : i;
  }

  /** Where the states before step {@code t} stand. */
  public int before(int t) {
    return backwards ? t + 1 : t;
  }

  /** Where the states after step {@code t} stand. */
  public int after(int t) {
    return backwards ? t : t + 1;
  }
}
