package io.troupe.tensor.cpu.recurrence;

import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.Recurrence;
import io.troupe.tensor.backend.RecurrentCell;
import io.troupe.tensor.cpu.elementwise.UnaryLoops;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.vectors.Rows;

/** Some rows of a batch on their way through a recurrent layer, in single precision. */
final class RecurrentRows {
  private final Recurrence r;
  private final long panels;
  private final int batch;
  private final int hidden;
  private final int width; // of all gates of a row
  private final long gates;
  private final long states;
  private final long cells;
  private final long fromHidden;
  private final long bias;
  private final UnaryLoops.Loop sigmoid = UnaryLoops.of(UnaryOp.SIGMOID);
  private final UnaryLoops.Loop tanh = UnaryLoops.of(UnaryOp.TANH);
  private final UnaryLoops.Loop relu = UnaryLoops.of(UnaryOp.RELU);

  /**
   * Rows of a layer.
   *
   * @param panels the weight, transposed and packed
   */
  RecurrentRows(Recurrence r, long panels) {
    this.r = r;
    this.panels = panels;
    this.batch = r.batch();
    this.hidden = r.hidden();
    this.width = r.cell().numGates() * hidden;
    this.gates = r.gates().address();
    this.states = r.states().address();
    this.cells = r.cells() == null ? 0 : r.cells().address();
    this.fromHidden = r.fromHidden() == null ? 0 : r.fromHidden().address();
    this.bias = r.bias() == null ? 0 : r.bias().address();
  }

  /** Takes rows {@code [from, to)} through all steps. */
  void forward(long from, long to) {
    int first = (int) from;
    int count = (int) (to - from);
    boolean isGru = r.cell() == RecurrentCell.GRU;
    long products = isGru ? ProductScratch.ofThread().images(4L * count * width) : 0;
    for (int i = 0; i < r.time(); i++) {
      int t = r.step(i);
      long target = isGru ? products : gate(t, first);
      multiply(count, state(r.before(t), first), target, !isGru);
      for (int row = first; row < first + count; row++) {
        if (r.has(row, t)) {
          step(t, row, products + 4L * width * (row - first));
        } else {
          keep(t, row);
        }
      }
    }
  }

  private void multiply(int rows, long from, long target, boolean accumulate) {
    long stateBytes = 4L * hidden;
    new Product(
            rows,
            width,
            hidden,
            Product.kBlock(hidden),
            from,
            stateBytes,
            Float.BYTES,
            panels,
            target,
            4L * width,
            accumulate ? 0 : bias,
            accumulate)
        .tile(0, rows, 0, PackedPanels.count(width));
  }

  private void step(int t, int row, long products) {
    long g = gate(t, row);
    long before = state(r.before(t), row);
    long after = state(r.after(t), row);
    long n = 4L * hidden;
    switch (r.cell()) {
      case RNN_TANH -> UnaryLoops.run(tanh, after, g, hidden);
      case RNN_RELU -> UnaryLoops.run(relu, after, g, hidden);
      case LSTM -> {
        UnaryLoops.run(sigmoid, g, g, 2 * hidden);
        UnaryLoops.run(tanh, g + 2 * n, g + 2 * n, hidden);
        UnaryLoops.run(sigmoid, g + 3 * n, g + 3 * n, hidden);
        long cell = cell(r.after(t), row);
        RecurrentLoops.lstmCell(cell, g, cell(r.before(t), row), hidden);
        UnaryLoops.run(tanh, after, cell, hidden);
        RecurrentLoops.lstmState(after, g + 3 * n, hidden);
      }
      case GRU -> {
        Rows.add(g, products, 2 * hidden);
        UnaryLoops.run(sigmoid, g, g, 2 * hidden);
        long b = fromHidden + 4L * hidden * ((long) t * batch + row);
        Rows.copy(b, products + 2 * n, hidden);
        RecurrentLoops.gruNew(g, b, hidden);
        UnaryLoops.run(tanh, g + 2 * n, g + 2 * n, hidden);
        RecurrentLoops.gruState(after, g, before, hidden);
      }
    }
  }

  private void keep(int t, int row) {
    Rows.copy(state(r.after(t), row), state(r.before(t), row), hidden);
    if (cells != 0) {
      Rows.copy(cell(r.after(t), row), cell(r.before(t), row), hidden);
    }
  }

  private long gate(int t, int row) {
    return gates + 4L * width * ((long) t * batch + row);
  }

  private long state(int place, int row) {
    return states + 4L * hidden * ((long) place * batch + row);
  }

  private long cell(int place, int row) {
    return cells + 4L * hidden * ((long) place * batch + row);
  }
}
