package io.troupe.tensor.cpu.norms;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * Generates the gradient of a normalization of rows, in two passes over each row. The first
 * computes sums and the gradients of the parameters, the second the gradient of x.
 *
 * <p>Registers: RSI, RDX and R8 the rows of x, dy and dx, RCX the weight, RBX and R12 the gradients
 * of the weight and the bias, R9 and R10 the reciprocal standard deviation and the mean of a row.
 */
final class NormGradCode {
  static final int VARIANTS = 32;

  static final int DX = 0;
  static final int DY = 1;
  static final int X = 2;
  static final int WEIGHT = 3;
  static final int RSTD = 4;
  static final int MEAN = 5;
  static final int D_WEIGHT = 6;
  static final int D_BIAS = 7;
  static final int ROW_BYTES = 8;
  static final int ROWS = 9;

  /** A float. */
  static final int LENGTH = 10;

  private static final int SUM = 0;
  private static final int SUM_OF_GRADS = 1;
  private static final int SPARE = 2;
  private static final int VALUE = 4;
  private static final int DY_VALUE = 5;
  private static final int NORMAL = 6;
  private static final int TOTAL = 7;
  private static final int G = 8;
  private static final int CENTER = 9;
  private static final int SCALE = 10;
  private static final int SLOPE = 11;
  private static final int MEAN_G = 12;
  private static final int COUNT = 13;

  private final VectorAssembler code;
  private final ElementLoop loop;
  private final Variant variant;

  /**
   * The results of a function.
   *
   * @param dx whether the gradient of x is computed
   * @param accumulate whether it is added to dx
   * @param centered whether rows have means: layer normalization
   */
  record Variant(boolean dx, boolean accumulate, boolean centered, boolean dWeight, boolean dBias) {
    /** Below {@link #VARIANTS}. */
    int index() {
      return (dx ? 1 : 0)
          + (accumulate ? 2 : 0)
          + (centered ? 4 : 0)
          + (dWeight ? 8 : 0)
          + (dBias ? 16 : 0);
    }
  }

  private NormGradCode(Isa isa, Variant variant) {
    this.code = new VectorAssembler(isa);
    this.loop = new ElementLoop(code);
    this.variant = variant;
  }

  static MachineCode generate(Isa isa, Variant variant) {
    NormGradCode grad = new NormGradCode(isa, variant);
    grad.function();
    return MachineCode.of(grad.code);
  }

  private void function() {
    code.push(RBX);
    code.push(R12);
    code.mov(R8, number(DX));
    code.mov(RDX, number(DY));
    code.mov(RSI, number(X));
    code.mov(RCX, number(WEIGHT));
    code.mov(R9, number(RSTD));
    code.mov(R10, number(MEAN));
    code.mov(RBX, number(D_WEIGHT));
    code.mov(R12, number(D_BIAS));
    code.broadcast(COUNT, number(LENGTH));
    code.repeat(
        number(ROWS),
        () -> {
          row();
          code.add(RSI, number(ROW_BYTES));
          code.add(RDX, number(ROW_BYTES));
          code.add(R8, number(ROW_BYTES));
        });
    code.pop(R12);
    code.pop(RBX);
    code.zeroUpper();
    code.ret();
  }

  private void row() {
    code.broadcast(SCALE, at(R9));
    code.add(R9, Float.BYTES);
    if (variant.centered) {
      code.broadcast(CENTER, at(R10));
      code.add(R10, Float.BYTES);
    }
    code.zero(SUM);
    code.zero(SUM_OF_GRADS);
    loop.repeat(this::sums);
    if (variant.dx) {
      total(SLOPE, SUM);
      code.multiply(SLOPE, SLOPE, SCALE);
      code.multiply(SLOPE, SLOPE, SCALE);
      code.divide(SLOPE, SLOPE, COUNT);
      if (variant.centered) {
        total(MEAN_G, SUM_OF_GRADS);
        code.divide(MEAN_G, MEAN_G, COUNT);
      }
      loop.repeat(this::apply);
    }
  }

  private void total(int target, int sum) {
    code.foldHalves(sum, SPARE, () -> code.add(sum, sum, SPARE));
    code.broadcastFirst(target, sum);
  }

  private void sums() {
    elements();
    if (variant.dWeight) {
      code.multiply(NORMAL, VALUE, SCALE);
      loop.load(TOTAL, RBX);
      code.multiplyAdd(TOTAL, NORMAL, DY_VALUE);
      loop.store(RBX, TOTAL);
    }
    if (variant.dBias) {
      loop.load(TOTAL, R12);
      code.add(TOTAL, TOTAL, DY_VALUE);
      loop.store(R12, TOTAL);
    }
    if (variant.dx) {
      timesWeight();
      if (variant.centered) {
        code.add(SUM_OF_GRADS, SUM_OF_GRADS, G);
      }
      code.multiplyAdd(SUM, G, VALUE);
    }
  }

  /** {@code x - mean} and dy. */
  private void elements() {
    loop.load(VALUE, RSI);
    loop.load(DY_VALUE, RDX);
    if (variant.centered) {
      code.subtract(VALUE, VALUE, CENTER);
    }
  }

  private void timesWeight() {
    loop.load(G, RCX);
    code.multiply(G, DY_VALUE, G);
  }

  /** {@code rstd * (dy * weight - meanG - (x - mean) * slope)}. */
  private void apply() {
    elements();
    timesWeight();
    if (variant.centered) {
      code.subtract(G, G, MEAN_G);
    }
    code.multiply(VALUE, VALUE, SLOPE);
    code.subtract(G, G, VALUE);
    code.multiply(G, G, SCALE);
    if (variant.accumulate) {
      loop.load(TOTAL, R8);
      code.add(G, TOTAL, G);
    }
    loop.store(R8, G);
  }
}
