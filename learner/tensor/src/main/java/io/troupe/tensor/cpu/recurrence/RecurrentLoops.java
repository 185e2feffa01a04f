package io.troupe.tensor.cpu.recurrence;

import static io.troupe.tensor.memory.Memory.getFloat;
import static io.troupe.tensor.memory.Memory.setFloat;

import io.troupe.tensor.cpu.vectors.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One step of a recurrent cell for one row of {@code n} units, and its gradient. Gates of a row are
 * contiguous, n of each. The rest after whole vectors uses scalar versions.
 *
 * <p>Gradients take the state's as it came back from the next step in {@code dState}, add that of
 * the output, and leave in {@code dState} the gradient of the previous state apart from the
 * products.
 */
final class RecurrentLoops {
  private static final FloatVector ONE = Lanes.all(1f);

  private RecurrentLoops() {}

  /** The new cell from the values of the gates i, f, g and o. */
  static void lstmCell(long cell, long gates, long cellBefore, int n) {
    long size = 4L * n;
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      FloatVector in = Lanes.load(gates + at).mul(Lanes.load(gates + 2 * size + at));
      FloatVector c = Lanes.load(gates + size + at).fma(Lanes.load(cellBefore + at), in);
      Lanes.store(c, cell + at);
    }
    for (int i = whole; i < n; i++) {
      long at = 4L * i;
      float in = getFloat(gates + at) * getFloat(gates + 2 * size + at);
      setFloat(cell + at, Math.fma(getFloat(gates + size + at), getFloat(cellBefore + at), in));
    }
  }

  /** The new state: {@code state} holds the tanh of the cell, {@code gate} is o. */
  static void lstmState(long state, long gate, int n) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      Lanes.store(Lanes.load(state + at).mul(Lanes.load(gate + at)), state + at);
    }
    for (int i = whole; i < n; i++) {
      long at = 4L * i;
      setFloat(state + at, getFloat(state + at) * getFloat(gate + at));
    }
  }

  /**
   * The gradient of both.
   *
   * @param squashed the tanh of the cell
   */
  static void lstmGrad(
      long dGates,
      long dState,
      long dCell,
      long dOut,
      long gates,
      long cellBefore,
      long squashed,
      int n) {
    long size = 4L * n;
    int whole = Lanes.whole(n);
    FloatVector zero = FloatVector.zero(Lanes.SPECIES);
    for (int k = 0; k < whole; k += Lanes.COUNT) {
      long at = 4L * k;
      FloatVector i = Lanes.load(gates + at);
      FloatVector f = Lanes.load(gates + size + at);
      FloatVector g = Lanes.load(gates + 2 * size + at);
      FloatVector o = Lanes.load(gates + 3 * size + at);
      FloatVector t = Lanes.load(squashed + at);
      FloatVector dh = Lanes.load(dState + at).add(Lanes.load(dOut + at));
      FloatVector dc = ONE.sub(t.mul(t)).mul(dh.mul(o)).add(Lanes.load(dCell + at));
      Lanes.store(dc.mul(g).mul(i.mul(ONE.sub(i))), dGates + at);
      FloatVector ofF = dc.mul(Lanes.load(cellBefore + at)).mul(f.mul(ONE.sub(f)));
      Lanes.store(ofF, dGates + size + at);
      Lanes.store(dc.mul(i).mul(ONE.sub(g.mul(g))), dGates + 2 * size + at);
      Lanes.store(dh.mul(t).mul(o.mul(ONE.sub(o))), dGates + 3 * size + at);
      Lanes.store(dc.mul(f), dCell + at);
      Lanes.store(zero, dState + at);
    }
    for (int k = whole; k < n; k++) {
      long at = 4L * k;
      float i = getFloat(gates + at);
      float f = getFloat(gates + size + at);
      float g = getFloat(gates + 2 * size + at);
      float o = getFloat(gates + 3 * size + at);
      float t = getFloat(squashed + at);
      float dh = getFloat(dState + at) + getFloat(dOut + at);
      float dc = (1f - t * t) * (dh * o) + getFloat(dCell + at);
      setFloat(dGates + at, dc * g * (i * (1f - i)));
      setFloat(dGates + size + at, dc * getFloat(cellBefore + at) * (f * (1f - f)));
      setFloat(dGates + 2 * size + at, dc * i * (1f - g * g));
      setFloat(dGates + 3 * size + at, dh * t * (o * (1f - o)));
      setFloat(dCell + at, dc * f);
      setFloat(dState + at, 0f);
    }
  }

  /**
   * Replaces the gate n by the argument of its tanh, from the value of r.
   *
   * @param fromHidden contribution of the previous state to n
   */
  static void gruNew(long gates, long fromHidden, int n) {
    long size = 4L * n;
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      long newGate = gates + 2 * size + at;
      FloatVector r = Lanes.load(gates + at);
      Lanes.store(r.fma(Lanes.load(fromHidden + at), Lanes.load(newGate)), newGate);
    }
    for (int i = whole; i < n; i++) {
      long at = 4L * i;
      long newGate = gates + 2 * size + at;
      float r = getFloat(gates + at);
      setFloat(newGate, Math.fma(r, getFloat(fromHidden + at), getFloat(newGate)));
    }
  }

  /** The new state from the values of the gates. */
  static void gruState(long state, long gates, long stateBefore, int n) {
    long size = 4L * n;
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      FloatVector z = Lanes.load(gates + size + at);
      FloatVector value = Lanes.load(gates + 2 * size + at);
      Lanes.store(z.fma(Lanes.load(stateBefore + at).sub(value), value), state + at);
    }
    for (int i = whole; i < n; i++) {
      long at = 4L * i;
      float z = getFloat(gates + size + at);
      float value = getFloat(gates + 2 * size + at);
      setFloat(state + at, Math.fma(z, getFloat(stateBefore + at) - value, value));
    }
  }

  static void gruGrad(
      long dGates,
      long dProducts,
      long dState,
      long dOut,
      long gates,
      long fromHidden,
      long stateBefore,
      int n) {
    long size = 4L * n;
    int whole = Lanes.whole(n);
    for (int k = 0; k < whole; k += Lanes.COUNT) {
      long at = 4L * k;
      FloatVector r = Lanes.load(gates + at);
      FloatVector z = Lanes.load(gates + size + at);
      FloatVector v = Lanes.load(gates + 2 * size + at);
      FloatVector dh = Lanes.load(dState + at).add(Lanes.load(dOut + at));
      FloatVector dz = dh.mul(Lanes.load(stateBefore + at).sub(v)).mul(z.mul(ONE.sub(z)));
      FloatVector dn = dh.mul(ONE.sub(z)).mul(ONE.sub(v.mul(v)));
      FloatVector dr = dn.mul(Lanes.load(fromHidden + at)).mul(r.mul(ONE.sub(r)));
      Lanes.store(dr, dGates + at);
      Lanes.store(dr, dProducts + at);
      Lanes.store(dz, dGates + size + at);
      Lanes.store(dz, dProducts + size + at);
      Lanes.store(dn, dGates + 2 * size + at);
      Lanes.store(dn.mul(r), dProducts + 2 * size + at);
      Lanes.store(dh.mul(z), dState + at);
    }
    for (int k = whole; k < n; k++) {
      long at = 4L * k;
      float r = getFloat(gates + at);
      float z = getFloat(gates + size + at);
      float v = getFloat(gates + 2 * size + at);
      float dh = getFloat(dState + at) + getFloat(dOut + at);
      float dz = dh * (getFloat(stateBefore + at) - v) * (z * (1f - z));
      float dn = dh * (1f - z) * (1f - v * v);
      float dr = dn * getFloat(fromHidden + at) * (r * (1f - r));
      setFloat(dGates + at, dr);
      setFloat(dProducts + at, dr);
      setFloat(dGates + size + at, dz);
      setFloat(dProducts + size + at, dz);
      setFloat(dGates + 2 * size + at, dn);
      setFloat(dProducts + 2 * size + at, dn * r);
      setFloat(dState + at, dh * z);
    }
  }

  static void tanhGrad(long dGates, long dState, long dOut, long state, int n) {
    int whole = Lanes.whole(n);
    FloatVector zero = FloatVector.zero(Lanes.SPECIES);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      FloatVector h = Lanes.load(state + at);
      FloatVector dh = Lanes.load(dState + at).add(Lanes.load(dOut + at));
      Lanes.store(dh.mul(ONE.sub(h.mul(h))), dGates + at);
      Lanes.store(zero, dState + at);
    }
    for (int i = whole; i < n; i++) {
      long at = 4L * i;
      float h = getFloat(state + at);
      float dh = getFloat(dState + at) + getFloat(dOut + at);
      setFloat(dGates + at, dh * (1f - h * h));
      setFloat(dState + at, 0f);
    }
  }

  static void reluGrad(long dGates, long dState, long dOut, long state, int n) {
    int whole = Lanes.whole(n);
    FloatVector zero = FloatVector.zero(Lanes.SPECIES);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = 4L * i;
      FloatVector dh = Lanes.load(dState + at).add(Lanes.load(dOut + at));
      var off = Lanes.load(state + at).compare(VectorOperators.LE, 0f);
      Lanes.store(dh.blend(zero, off), dGates + at);
      Lanes.store(zero, dState + at);
    }
    for (int i = whole; i < n; i++) {
      long at = 4L * i;
      float dh = getFloat(dState + at) + getFloat(dOut + at);
      setFloat(dGates + at, getFloat(state + at) <= 0 ? 0f : dh);
      setFloat(dState + at, 0f);
    }
  }
}
