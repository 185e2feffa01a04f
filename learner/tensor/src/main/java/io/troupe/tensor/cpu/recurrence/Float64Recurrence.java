package io.troupe.tensor.cpu.recurrence;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Recurrence;
import io.troupe.tensor.cpu.elementwise.Float64Functions;
import io.troupe.tensor.memory.Memory;

/** Recurrent layers in double precision, unit by unit: the reference of gradient checks. */
final class Float64Recurrence {
  private final Recurrence r;
  private final int batch;
  private final int hidden;
  private final int width; // of all gates of a row

  Float64Recurrence(Recurrence r) {
    this.r = r;
    this.batch = r.batch();
    this.hidden = r.hidden();
    this.width = r.cell().numGates() * hidden;
  }

  void forward() {
    double[] products = new double[width];
    for (int i = 0; i < r.time(); i++) {
      int t = r.step(i);
      for (int row = 0; row < batch; row++) {
        if (r.has(row, t)) {
          multiply(products, state(r.states(), r.before(t), row));
          for (int unit = 0; unit < hidden; unit++) {
            step(t, row, unit, products);
          }
        } else {
          keep(r.states(), t, row);
          keep(r.cells(), t, row);
        }
      }
    }
  }

  /** The products of a state with the weights, and GRU's bias. */
  private void multiply(double[] products, long state) {
    for (int i = 0; i < width; i++) {
      double sum = r.bias() == null ? 0 : r.bias().get(i);
      for (int k = 0; k < hidden; k++) {
        sum += weight(i, k) * getDouble(state + 8L * k);
      }
      products[i] = sum;
    }
  }

  private double weight(int gate, int unit) {
    return getDouble(r.weight().address() + 8L * ((long) gate * hidden + unit));
  }

  private void step(int t, int row, int unit, double[] products) {
    long at = 8L * unit;
    long g = gate(r.gates(), t, row) + at;
    long n = 8L * hidden;
    long after = state(r.states(), r.after(t), row) + at;
    switch (r.cell()) {
      case RNN_TANH -> setDouble(after, Math.tanh(getDouble(g) + products[unit]));
      case RNN_RELU -> setDouble(after, Math.max(getDouble(g) + products[unit], 0));
      case LSTM -> {
        double in = squash(g, products[unit]);
        double forget = squash(g + n, products[hidden + unit]);
        double value = Math.tanh(getDouble(g + 2 * n) + products[2 * hidden + unit]);
        setDouble(g + 2 * n, value);
        double out = squash(g + 3 * n, products[3 * hidden + unit]);
        double c = forget * getDouble(state(r.cells(), r.before(t), row) + at) + in * value;
        setDouble(state(r.cells(), r.after(t), row) + at, c);
        setDouble(after, out * Math.tanh(c));
      }
      case GRU -> {
        double reset = squash(g, products[unit]);
        double z = squash(g + n, products[hidden + unit]);
        double b = products[2 * hidden + unit];
        setDouble(state(r.fromHidden(), t, row) + at, b);
        double value = Math.tanh(getDouble(g + 2 * n) + reset * b);
        setDouble(g + 2 * n, value);
        double before = getDouble(state(r.states(), r.before(t), row) + at);
        setDouble(after, value + z * (before - value));
      }
    }
  }

  /** Makes a gate its value. */
  private static double squash(long gate, double product) {
    double value = Float64Functions.sigmoid(getDouble(gate) + product);
    setDouble(gate, value);
    return value;
  }

  private void keep(Tensor states, int t, int row) {
    if (states != null) {
      Memory.copy(state(states, r.after(t), row), state(states, r.before(t), row), 8L * hidden);
    }
  }

  void backward(Tensor dGates, Tensor dProducts, Tensor dState, Tensor dCell, Tensor dStates) {
    Memory.clear(dState.address(), dState.sizeBytes());
    for (int i = r.time() - 1; i >= 0; i--) {
      int t = r.step(i);
      for (int row = 0; row < batch; row++) {
        long dh = state(dState, 0, row);
        for (int unit = 0; unit < hidden; unit++) {
          setDouble(
              dh + 8L * unit,
              getDouble(dh + 8L * unit) + getDouble(state(dStates, t, row) + 8L * unit));
        }
        if (!r.has(row, t)) {
          Memory.clear(gate(dGates, t, row), 8L * width);
          Memory.clear(gate(dProducts, t, row), 8L * width);
          continue;
        }
        for (int unit = 0; unit < hidden; unit++) {
          stepGrad(t, row, unit, dGates, dProducts, dh + 8L * unit, dCell);
        }
        addProductGradient(dh, gate(dProducts, t, row));
      }
    }
  }

  private void addProductGradient(long dh, long dProducts) {
    for (int k = 0; k < hidden; k++) {
      double sum = getDouble(dh + 8L * k);
      for (int i = 0; i < width; i++) {
        sum += getDouble(dProducts + 8L * i) * weight(i, k);
      }
      setDouble(dh + 8L * k, sum);
    }
  }

  private void stepGrad(
      int t, int row, int unit, Tensor dGates, Tensor dProducts, long dState, Tensor dCell) {
    long at = 8L * unit;
    long n = 8L * hidden;
    long g = gate(r.gates(), t, row) + at;
    long d = gate(dGates, t, row) + at;
    double dh = getDouble(dState);
    double h = getDouble(state(r.states(), r.after(t), row) + at);
    setDouble(dState, 0);
    switch (r.cell()) {
      case RNN_TANH -> setDouble(d, dh * (1 - h * h));
      case RNN_RELU -> setDouble(d, h <= 0 ? 0 : dh);
      case LSTM -> {
        double in = getDouble(g);
        double forget = getDouble(g + n);
        double value = getDouble(g + 2 * n);
        double out = getDouble(g + 3 * n);
        double tanh = Math.tanh(getDouble(state(r.cells(), r.after(t), row) + at));
        long dCellAt = state(dCell, 0, row) + at;
        double dc = getDouble(dCellAt) + dh * out * (1 - tanh * tanh);
        double before = getDouble(state(r.cells(), r.before(t), row) + at);
        setDouble(d, dc * value * in * (1 - in));
        setDouble(d + n, dc * before * forget * (1 - forget));
        setDouble(d + 2 * n, dc * in * (1 - value * value));
        setDouble(d + 3 * n, dh * tanh * out * (1 - out));
        setDouble(dCellAt, dc * forget);
      }
      case GRU -> {
        double reset = getDouble(g);
        double z = getDouble(g + n);
        double value = getDouble(g + 2 * n);
        double before = getDouble(state(r.states(), r.before(t), row) + at);
        double dn = dh * (1 - z) * (1 - value * value);
        double b = getDouble(state(r.fromHidden(), t, row) + at);
        setDouble(d, dn * b * reset * (1 - reset));
        setDouble(d + n, dh * (before - value) * z * (1 - z));
        setDouble(d + 2 * n, dn);
        long p = gate(dProducts, t, row) + at;
        setDouble(p, getDouble(d));
        setDouble(p + n, getDouble(d + n));
        setDouble(p + 2 * n, dn * reset);
        setDouble(dState, dh * z);
      }
    }
  }

  private long gate(Tensor gates, int t, int row) {
    return gates.address() + 8L * width * ((long) t * batch + row);
  }

  private long state(Tensor states, int place, int row) {
    return states.address() + 8L * hidden * ((long) place * batch + row);
  }
}
