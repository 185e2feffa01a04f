package io.troupe.tensor.autograd;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.Recurrence;
import io.troupe.tensor.backend.RecurrentCell;
import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.memory.Memory;

/**
 * One direction of a recurrent layer over whole sequences, time first, with its gradients.
 *
 * @param output (time, batch, hidden): the states after each step, 0 beyond a sequence's length
 * @param state (batch, hidden): the state after the last step of each sequence
 * @param cellState likewise, of an LSTM; null for other cells
 */
public record Recurrent(Tensor output, Tensor state, Tensor cellState) {

  /**
   * Runs a layer.
   *
   * @param gates (time, batch, numGates hidden): the products with the inputs, plus the biases of
   *     both products, except that of GRU's hidden one; overwritten, nothing else may read it
   * @param weight (numGates hidden, hidden), multiplies the state
   * @param bias (numGates hidden) of that product for GRU; null for other cells, or without biases
   * @param state (batch, hidden) before the first step; null for 0
   * @param cellState likewise, of an LSTM
   * @param lengths steps of each sequence; null when all have all
   * @param backwards whether time runs from the last step to the first
   */
  public static Recurrent of(
      RecurrentCell cell,
      Tensor gates,
      Tensor weight,
      Tensor bias,
      Tensor state,
      Tensor cellState,
      int[] lengths,
      boolean backwards) {
    Elementwise.requireSameType("recurrence", gates, weight);
    require(cell, gates, weight, state, cellState, lengths);
    int time = gates.size(0);
    int batch = gates.size(1);
    int hidden = weight.size(1);
    boolean isLstm = cell == RecurrentCell.LSTM;
    // The states after each step and, as one more, the last cell state: one result for the graph.
    Tensor result = Tensor.empty(gates.dtype(), Shape.of(time + (isLstm ? 2 : 1), batch, hidden));
    Shape all = Shape.of(time + 1, batch, hidden);
    Tensor states = result.view(0, all);
    Tensor cells = isLstm ? Tensor.empty(gates.dtype(), all) : null;
    Tensor fromHidden =
        cell == RecurrentCell.GRU
            ? Tensor.empty(gates.dtype(), Shape.of(time, batch, hidden))
            : null;
    Recurrence r =
        new Recurrence(
            cell,
            gates.detach(),
            states,
            cells,
            fromHidden,
            weight.detach(),
            bias == null ? null : bias.detach(),
            lengths,
            backwards);
    int start = backwards ? time : 0;
    int end = backwards ? 0 : time;
    place(state, states.slice(start));
    if (isLstm) {
      place(cellState, cells.slice(start));
    }
    Backend.of(result).recurrence().recurrence(r);
    if (isLstm) {
      result.slice(time + 1).copyFrom(cells.slice(end));
    }
    Node.record(
        "recurrence",
        result,
        Saved.of(r.gates(), r.states(), r.cells(), r.fromHidden(), r.weight(), r.bias()),
        (gradient, inputs) -> gradients(r, gradient, inputs),
        gates,
        weight,
        bias,
        state,
        cellState);
    Tensor output = result.rows(backwards ? 0 : 1, backwards ? time : time + 1);
    return new Recurrent(
        lengths == null ? output : withoutPadding(output, lengths),
        result.slice(end),
        isLstm ? result.slice(time + 1) : null);
  }

  private static void place(Tensor state, Tensor target) {
    if (state == null) {
      Memory.clear(target.address(), target.sizeBytes());
    } else {
      target.copyFrom(state.detach());
    }
  }

  private static void gradients(Recurrence r, Tensor gradient, InputGradients inputs) {
    int time = r.time();
    Shape perStep = Shape.of(time, r.batch(), r.hidden());
    long stateNumel = (long) r.batch() * r.hidden();
    Tensor dStates = gradient.view(r.backwards() ? 0 : stateNumel, perStep);
    Tensor dState = Tensor.empty(gradient.dtype(), Shape.of(r.batch(), r.hidden()));
    Tensor dCell =
        r.cells() == null ? null : gradient.view((time + 1) * stateNumel, dState.shape()).copy();
    Tensor dGates = Tensor.empty(gradient.dtype(), r.gates().shape());
    Tensor dProducts =
        r.cell() == RecurrentCell.GRU ? Tensor.empty(dGates.dtype(), dGates.shape()) : dGates;
    Backend.of(dGates).recurrence().recurrenceGrad(r, dGates, dProducts, dState, dCell, dStates);
    inputs.add(0, dGates);
    Tensor rows = dProducts.view(0, Shape.of(dProducts.shape().rows(), dProducts.size(-1)));
    if (inputs.needed(1)) {
      Tensor before =
          r.states().view(r.backwards() ? stateNumel : 0, Shape.of(rows.size(0), r.hidden()));
      Tensor dWeight = inputs.buffer(1);
      Backend.of(dWeight).products().matmul(dWeight, rows, true, before, false, true);
    }
    if (inputs.needed(2)) {
      Tensor dBias = Tensor.empty(rows.dtype(), Shape.of(rows.size(1)));
      Backend.of(dBias).reduction().reduce(ReduceOp.SUM, dBias, rows);
      inputs.add(2, dBias);
    }
    inputs.add(3, dState);
    inputs.add(4, dCell);
  }

  private static Tensor withoutPadding(Tensor output, int[] lengths) {
    return Node.record(
        "withoutPadding",
        copyOfSteps(output, lengths),
        Saved.NOTHING,
        (gradient, inputs) -> inputs.add(0, copyOfSteps(gradient, lengths)),
        output);
  }

  /** A copy with zeros beyond the length of each sequence. */
  private static Tensor copyOfSteps(Tensor steps, int[] lengths) {
    Tensor copy = Tensor.zeros(steps.dtype(), steps.shape());
    long rowBytes = (long) steps.size(2) * steps.dtype().sizeBytes();
    for (int t = 0; t < steps.size(0); t++) {
      for (int row = 0; row < lengths.length; row++) {
        if (t < lengths[row]) {
          long at = rowBytes * ((long) t * lengths.length + row);
          Memory.copy(copy.address() + at, steps.address() + at, rowBytes);
        }
      }
    }
    return copy;
  }

  private static void require(
      RecurrentCell cell,
      Tensor gates,
      Tensor weight,
      Tensor state,
      Tensor cellState,
      int[] lengths) {
    int hidden = weight.rank() == 2 ? weight.size(1) : 0;
    if (gates.rank() != 3
        || weight.rank() != 2
        || weight.size(0) != cell.numGates() * hidden
        || gates.size(2) != weight.size(0)
        || gates.size(0) == 0) {
      throw new ShapeException(
          cell
              + " of gates "
              + gates.shape()
              + " with weight "
              + weight.shape()
              + " must be (time, batch, "
              + cell.numGates()
              + " hidden), one step or more, and ("
              + cell.numGates()
              + " hidden, hidden)");
    }
    Shape wanted = Shape.of(gates.size(1), hidden);
    for (Tensor initial : new Tensor[] {state, cellState}) {
      if (initial != null && !initial.shape().equals(wanted)) {
        throw new ShapeException(
            "initial state must be (batch, hidden) " + wanted + ", got " + initial.shape());
      }
    }
    requireLengths(lengths, gates.size(0), gates.size(1));
  }

  private static void requireLengths(int[] lengths, int time, int batch) {
    if (lengths == null) {
      return;
    }
    if (lengths.length != batch) {
      throw new ShapeException(
          "lengths must have one element for each of the "
              + batch
              + " sequences, got "
              + lengths.length);
    }
    for (int row = 0; row < batch; row++) {
      if (lengths[row] < 1 || lengths[row] > time) {
        throw new ShapeException(
            "length of sequence " + row + " must be in [1, " + time + "], got " + lengths[row]);
      }
    }
  }
}
