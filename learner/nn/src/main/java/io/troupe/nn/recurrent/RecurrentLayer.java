package io.troupe.nn.recurrent;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.MatrixProducts;
import io.troupe.tensor.autograd.Recurrent;
import io.troupe.tensor.backend.RecurrentCell;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/**
 * Stacked recurrent layers, unidirectional or bidirectional, as {@code torch.nn.RNN}, {@code LSTM}
 * and {@code GRU}: same parameter names and initial values, uniform within 1 / sqrt(hiddenSize).
 *
 * <p>Sequences of different lengths are padded and given with their lengths. Results are those of
 * PyTorch's {@code pack_padded_sequence} and {@code pad_packed_sequence}: outputs beyond a length
 * are 0, and the final state is the one at the length. Sequences need not be sorted.
 *
 * <p>Difference from PyTorch: LSTM has no {@code proj_size}.
 */
public abstract sealed class RecurrentLayer extends Module implements Layer permits RNN, LSTM, GRU {
  private final RecurrentCell cell;
  private final RecurrentOptions options;
  private final List<Direction> directions = new ArrayList<>();
  private final Dropout dropout;

  /** The parameters of one direction of one layer; biases are null if there are none. */
  private record Direction(Tensor weightIh, Tensor weightHh, Tensor biasIh, Tensor biasHh) {}

  RecurrentLayer(RecurrentCell cell, RecurrentOptions options, Initializer initializer) {
    this.cell = cell;
    this.options = options;
    for (int layer = 0; layer < options.numLayers(); layer++) {
      int inputSize = layer == 0 ? options.inputSize() : options.outputSize();
      directions.add(direction("_l" + layer, inputSize, initializer));
      if (options.bidirectional()) {
        directions.add(direction("_l" + layer + "_reverse", inputSize, initializer));
      }
    }
    this.dropout = child("dropout", new Dropout(options.dropout(), Philox.of(0)));
  }

  private Direction direction(String suffix, int inputSize, Initializer initializer) {
    int hidden = options.hiddenSize();
    int width = cell.numGates() * hidden;
    double bound = 1 / Math.sqrt(hidden);
    return new Direction(
        parameter("weight_ih" + suffix, initializer.uniform(bound, width, inputSize)),
        parameter("weight_hh" + suffix, initializer.uniform(bound, width, hidden)),
        options.bias() ? parameter("bias_ih" + suffix, initializer.uniform(bound, width)) : null,
        options.bias() ? parameter("bias_hh" + suffix, initializer.uniform(bound, width)) : null);
  }

  /** The size and kind. */
  public RecurrentOptions options() {
    return options;
  }

  /** The output for sequences of equal length, from the zero state. */
  @Override
  public Tensor forward(Tensor x) {
    return forward(x, null, null).output();
  }

  /**
   * Applies the layers.
   *
   * @param x (batch, time, inputSize), or time first
   * @param initial the state before the first step; null for 0
   * @param lengths number of steps of each sequence, from 1 to time; null if all have the full
   *     length
   */
  public RecurrentOutput forward(Tensor x, RecurrentState initial, int[] lengths) {
    if (x.rank() != 3 || x.size(2) != options.inputSize()) {
      throw new ShapeException(
          "input of "
              + getClass().getSimpleName()
              + " must be "
              + (options.batchFirst() ? "(batch, time, " : "(time, batch, ")
              + options.inputSize()
              + "), got "
              + x.shape());
    }
    Tensor steps = options.batchFirst() ? x.transpose(0, 1) : x; // (time, batch, features)
    requireState(initial, steps.size(1));
    List<Recurrent> results = new ArrayList<>();
    for (int layer = 0; layer < options.numLayers(); layer++) {
      if (layer > 0) {
        steps = dropout.forward(steps);
      }
      List<Tensor> outputs = new ArrayList<>();
      for (int direction = 0; direction < options.numDirections(); direction++) {
        Recurrent result = run(steps, initial, lengths, results.size(), direction == 1);
        results.add(result);
        outputs.add(result.output());
      }
      steps = outputs.size() == 1 ? outputs.getFirst() : Indexing.cat(2, outputs);
    }
    Tensor output = options.batchFirst() ? steps.transpose(0, 1) : steps;
    return new RecurrentOutput(output, finalState(results));
  }

  private Recurrent run(
      Tensor steps, RecurrentState initial, int[] lengths, int index, boolean backwards) {
    Direction parameters = directions.get(index);
    boolean isGru = cell == RecurrentCell.GRU;
    // GRU multiplies the hidden-to-hidden term and its bias by a gate, so the two biases are not
    // added.
    Tensor bias =
        isGru || !options.bias()
            ? parameters.biasIh()
            : parameters.biasIh().add(parameters.biasHh());
    Tensor gates = MatrixProducts.linear(steps, parameters.weightIh(), bias);
    return Recurrent.of(
        cell,
        gates,
        parameters.weightHh(),
        isGru ? parameters.biasHh() : null,
        initial == null ? null : initial.h().slice(index),
        initial == null || initial.c() == null ? null : initial.c().slice(index),
        lengths,
        backwards);
  }

  private RecurrentState finalState(List<Recurrent> results) {
    Tensor h = stack(results.stream().map(Recurrent::state).toList());
    return cell == RecurrentCell.LSTM
        ? new RecurrentState(h, stack(results.stream().map(Recurrent::cellState).toList()))
        : RecurrentState.of(h);
  }

  private static Tensor stack(List<Tensor> states) {
    List<Tensor> layers =
        states.stream().map(state -> state.reshape(1, state.size(0), state.size(1))).toList();
    return layers.size() == 1 ? layers.getFirst() : Indexing.cat(0, layers);
  }

  private void requireState(RecurrentState state, int batch) {
    if (state == null) {
      return;
    }
    requireState(state.h(), batch);
    if ((state.c() != null) != (cell == RecurrentCell.LSTM)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + (state.c() == null
                  ? " state must have a cell state c, got h only"
                  : " state must not have a cell state c, got one"));
    }
    if (state.c() != null) {
      requireState(state.c(), batch);
    }
  }

  private void requireState(Tensor state, int batch) {
    if (state.rank() != 3
        || state.size(0) != directions.size()
        || state.size(1) != batch
        || state.size(2) != options.hiddenSize()) {
      throw new ShapeException(
          "the initial state must be (numLayers numDirections, batch, hidden), ("
              + directions.size()
              + ", "
              + batch
              + ", "
              + options.hiddenSize()
              + "), got "
              + state.shape());
    }
  }
}
