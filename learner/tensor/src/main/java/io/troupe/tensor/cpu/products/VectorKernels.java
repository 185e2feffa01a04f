package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.vectors.Lanes.all;
import static io.troupe.tensor.cpu.vectors.Lanes.load;
import static io.troupe.tensor.cpu.vectors.Lanes.store;

import io.troupe.tensor.cpu.products.TileShape.Mode;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Kernels that the JIT compiler translates, for processors and systems for which no machine code is
 * generated: short loops over four rows of two vectors.
 */
final class VectorKernels implements ProductKernels {
  private static final int LANES = Lanes.COUNT;
  private static final long WIDTH = (long) LANES * Float.BYTES;
  private static final int ROWS = 4;

  @Override
  public void run(TileProduct x) {
    int whole = x.columns() / LANES;
    for (int vector = 0; vector < whole; vector += 2) {
      for (int row = 0; row < x.rows(); ) {
        boolean isTile = vector + 2 <= whole && row + ROWS <= x.rows();
        if (isTile) {
          tile(x, row, vector);
        } else {
          singles(x, row, vector, Math.min(vector + 2, whole));
        }
        row += isTile ? ROWS : 1;
      }
    }
    int rest = x.columns() - whole * LANES;
    if (rest > 0) {
      VectorMask<Float> lanes = Lanes.first(rest);
      for (int row = 0; row < x.rows(); row++) {
        single(x, row, whole, lanes);
      }
    }
  }

  @Override
  public int panels(int rows, boolean isContiguous) {
    return 1;
  }

  private static void tile(TileProduct x, int row, int vector) {
    long a = x.a() + row * x.aRow();
    long a1 = a + x.aRow();
    long a2 = a1 + x.aRow();
    long a3 = a2 + x.aRow();
    long b = b(x, vector);
    long out = out(x, row, vector);
    boolean isContinued = x.mode() == Mode.CONTINUE;
    FloatVector zero = FloatVector.zero(Lanes.SPECIES);
    FloatVector s00 = isContinued ? load(out) : zero;
    FloatVector s01 = isContinued ? load(out + WIDTH) : zero;
    FloatVector s10 = isContinued ? load(out + x.outRow()) : zero;
    FloatVector s11 = isContinued ? load(out + x.outRow() + WIDTH) : zero;
    FloatVector s20 = isContinued ? load(out + 2 * x.outRow()) : zero;
    FloatVector s21 = isContinued ? load(out + 2 * x.outRow() + WIDTH) : zero;
    FloatVector s30 = isContinued ? load(out + 3 * x.outRow()) : zero;
    FloatVector s31 = isContinued ? load(out + 3 * x.outRow() + WIDTH) : zero;
    for (int p = 0; p < x.k(); p++) {
      long at = p * x.aStep();
      FloatVector y0 = load(b + x.row(p));
      FloatVector y1 = load(b + x.row(p) + WIDTH);
      FloatVector r = all(Memory.getFloat(a + at));
      s00 = r.fma(y0, s00);
      s01 = r.fma(y1, s01);
      r = all(Memory.getFloat(a1 + at));
      s10 = r.fma(y0, s10);
      s11 = r.fma(y1, s11);
      r = all(Memory.getFloat(a2 + at));
      s20 = r.fma(y0, s20);
      s21 = r.fma(y1, s21);
      r = all(Memory.getFloat(a3 + at));
      s30 = r.fma(y0, s30);
      s31 = r.fma(y1, s31);
    }
    finish(x, row, vector, s00);
    finish(x, row, vector + 1, s01);
    finish(x, row + 1, vector, s10);
    finish(x, row + 1, vector + 1, s11);
    finish(x, row + 2, vector, s20);
    finish(x, row + 2, vector + 1, s21);
    finish(x, row + 3, vector, s30);
    finish(x, row + 3, vector + 1, s31);
  }

  private static void finish(TileProduct x, int row, int vector, FloatVector sum) {
    FloatVector result = sum;
    if (x.mode() == Mode.ADD) {
      result = load(x.before() + row * x.beforeRow() + vector * WIDTH).add(sum);
    }
    store(result, out(x, row, vector));
  }

  private static void singles(TileProduct x, int row, int from, int to) {
    for (int vector = from; vector < to; vector++) {
      single(x, row, vector, Lanes.first(LANES));
    }
  }

  /** Some lanes of one vector of one row. */
  private static void single(TileProduct x, int row, int vector, VectorMask<Float> lanes) {
    long a = x.a() + row * x.aRow();
    long b = b(x, vector);
    long out = out(x, row, vector);
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    if (x.mode() == Mode.CONTINUE) {
      sum = load(out, lanes);
    }
    for (int p = 0; p < x.k(); p++) {
      sum = all(Memory.getFloat(a + p * x.aStep())).fma(load(b + x.row(p), lanes), sum);
    }
    if (x.mode() == Mode.ADD) {
      sum = load(x.before() + row * x.beforeRow() + vector * WIDTH, lanes).add(sum);
    }
    store(sum, out, lanes);
  }

  private static long b(TileProduct x, int vector) {
    return x.b() + vector / 2 * x.bPanel() + vector % 2 * WIDTH;
  }

  private static long out(TileProduct x, int row, int vector) {
    return x.out() + row * x.outRow() + vector * WIDTH;
  }
}
