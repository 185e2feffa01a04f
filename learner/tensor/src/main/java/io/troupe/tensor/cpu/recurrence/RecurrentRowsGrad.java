package io.troupe.tensor.cpu.recurrence;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.Recurrence;
import io.troupe.tensor.backend.RecurrentCell;
import io.troupe.tensor.cpu.elementwise.UnaryLoops;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.products.Product;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.vectors.Rows;

/** Some rows of a batch on their way back through a recurrent layer, in single precision. */
final class RecurrentRowsGrad {
  private final Recurrence r;
  private final long panels;
  private final int batch;
  private final int hidden;
  private final int width; // of all gates of a row
  private final long dGates;
  private final long dProducts;
  private final long dState;
  private final long dCell;
  private final long dStates;
  private final UnaryLoops.Loop tanh = UnaryLoops.of(UnaryOp.TANH);

  /**
   * Rows of a layer; the tensors are those of {@code RecurrentOps.recurrenceGrad}.
   *
   * @param panels the weight, packed
   */
  RecurrentRowsGrad(
      Recurrence r,
      long panels,
      Tensor dGates,
      Tensor dProducts,
      Tensor dState,
      Tensor dCell,
      Tensor dStates) {
    this.r = r;
    this.panels = panels;
    this.batch = r.batch();
    this.hidden = r.hidden();
    this.width = r.cell().numGates() * hidden;
    this.dGates = dGates.address();
    this.dProducts = dProducts.address();
    this.dState = dState.address();
    this.dCell = dCell == null ? 0 : dCell.address();
    this.dStates = dStates.address();
  }

  /** Takes rows {@code [from, to)} back through all steps. */
  void backward(long from, long to) {
    int first = (int) from;
    int count = (int) (to - from);
    Rows.clear(dState + 4L * hidden * first, count * hidden);
    for (int i = r.time() - 1; i >= 0; i--) {
      int t = r.step(i);
      for (int row = first; row < first + count; row++) {
        if (r.has(row, t)) {
          step(t, row);
        } else {
          keep(t, row);
        }
      }
      multiply(count, dProducts + gateBytes(t, first), dState + 4L * hidden * first);
    }
  }

  /** Adds the gradient of the states through the products to their direct gradient. */
  private void multiply(int rows, long from, long target) {
    new Product(
            rows,
            hidden,
            width,
            Product.kBlock(width),
            from,
            4L * width,
            Float.BYTES,
            panels,
            target,
            4L * hidden,
            0,
            true)
        .tile(0, rows, 0, PackedPanels.count(hidden));
  }

  private void step(int t, int row) {
    long d = dGates + gateBytes(t, row);
    long dh = dState + 4L * hidden * row;
    long dOut = dStates + stateBytes(t, row);
    long gates = r.gates().address() + gateBytes(t, row);
    long after = stateBytes(r.after(t), row);
    long before = stateBytes(r.before(t), row);
    long states = r.states().address();
    switch (r.cell()) {
      case RNN_TANH -> RecurrentLoops.tanhGrad(d, dh, dOut, states + after, hidden);
      case RNN_RELU -> RecurrentLoops.reluGrad(d, dh, dOut, states + after, hidden);
      case LSTM -> {
        long cells = r.cells().address();
        long dc = dCell + 4L * hidden * row;
        long squashed = ProductScratch.ofThread().images(4L * hidden);
        UnaryLoops.run(tanh, squashed, cells + after, hidden);
        RecurrentLoops.lstmGrad(d, dh, dc, dOut, gates, cells + before, squashed, hidden);
      }
      case GRU -> {
        long b = r.fromHidden().address() + stateBytes(t, row);
        RecurrentLoops.gruGrad(
            d, dProducts + gateBytes(t, row), dh, dOut, gates, b, states + before, hidden);
      }
    }
  }

  /** Beyond a sequence's length its state, and the gradient of it, pass through. */
  private void keep(int t, int row) {
    Rows.add(dState + 4L * hidden * row, dStates + stateBytes(t, row), hidden);
    Rows.clear(dGates + gateBytes(t, row), width);
    if (r.cell() == RecurrentCell.GRU) {
      Rows.clear(dProducts + gateBytes(t, row), width);
    }
  }

  private long gateBytes(int t, int row) {
    return 4L * width * ((long) t * batch + row);
  }

  private long stateBytes(int place, int row) {
    return 4L * hidden * ((long) place * batch + row);
  }
}
