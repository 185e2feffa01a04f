package io.troupe.tensor.cpu.norms;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * Generates the normalization of rows.
 *
 * <p>Registers: RSI and R8 the rows of x and the result, RDX the weight, RCX the bias, R9 and R10
 * the reciprocal standard deviation and the mean of a row.
 */
final class NormCode {
  static final int VARIANTS = 4;

  static final int X = 0;
  static final int OUT = 1;
  static final int WEIGHT = 2;
  static final int BIAS = 3;
  static final int RSTD = 4;
  static final int MEAN = 5;
  static final int ROW_BYTES = 6;
  static final int ROWS = 7;

  /** Doubles. */
  static final int LENGTH = 8;

  static final int EPS = 9;
  static final int ONE = 10;

  private static final int SUM = 0;
  private static final int VALUE = 4;
  private static final int RESULT = 5;
  private static final int FACTOR = 6;
  private static final int CENTER = 8;
  private static final int SCALE = 9;
  private static final int COUNT = 10;
  private static final int SMALL = 11;
  private static final int UNIT = 12;

  private final VectorAssembler code;
  private final ElementLoop loop;
  private final boolean centered;
  private final boolean biased;

  private NormCode(Isa isa, boolean centered, boolean biased) {
    this.code = new VectorAssembler(isa);
    this.loop = new ElementLoop(code);
    this.centered = centered;
    this.biased = biased;
  }

  /** The index of a function, below {@link #VARIANTS}. */
  static int variant(boolean centered, boolean biased) {
    return (centered ? 1 : 0) + (biased ? 2 : 0);
  }

  static MachineCode generate(Isa isa, boolean centered, boolean biased) {
    NormCode norm = new NormCode(isa, centered, biased);
    norm.function();
    return MachineCode.of(norm.code);
  }

  private void function() {
    code.mov(RSI, number(X));
    code.mov(R8, number(OUT));
    code.mov(RDX, number(WEIGHT));
    code.mov(RCX, number(BIAS));
    code.mov(R9, number(RSTD));
    code.mov(R10, number(MEAN));
    code.broadcastDouble(COUNT, number(LENGTH));
    code.broadcastDouble(SMALL, number(EPS));
    code.broadcastDouble(UNIT, number(ONE));
    code.repeat(
        number(ROWS),
        () -> {
          row();
          code.add(RSI, number(ROW_BYTES));
          code.add(R8, number(ROW_BYTES));
        });
    code.zeroUpper();
    code.ret();
  }

  private void row() {
    if (centered) {
      code.broadcast(CENTER, at(R10));
      code.add(R10, Float.BYTES);
    }
    code.zero(SUM);
    code.zero(SUM + 1);
    loop.repeatInTurn(sum -> addSquare(SUM + sum));
    code.add(SUM, SUM, SUM + 1);
    code.foldHalves(SUM, VALUE, () -> code.add(SUM, SUM, VALUE));
    reciprocalRoot();
    code.storeFirst(at(R9), SUM);
    code.add(R9, Float.BYTES);
    code.broadcastFirst(SCALE, SUM);
    loop.repeat(this::apply);
  }

  private void addSquare(int sum) {
    difference();
    loop.addSquare(sum, VALUE);
  }

  private void difference() {
    loop.load(VALUE, RSI);
    if (centered) {
      code.subtract(VALUE, VALUE, CENTER);
    }
  }

  /** In double precision. */
  private void reciprocalRoot() {
    code.firstToDouble(SUM, SUM);
    code.divideFirstDoubles(SUM, SUM, COUNT);
    code.addFirstDoubles(SUM, SUM, SMALL);
    code.squareRootOfFirstDouble(SUM, SUM);
    code.divideFirstDoubles(SUM, UNIT, SUM);
    code.firstToFloat(SUM, SUM);
  }

  private void apply() {
    difference();
    code.multiply(VALUE, VALUE, SCALE);
    loop.load(FACTOR, RDX);
    if (biased) {
      loop.load(RESULT, RCX);
    } else {
      code.zero(RESULT); // added as well: -0 becomes 0
    }
    code.multiplyAdd(RESULT, VALUE, FACTOR);
    loop.store(R8, RESULT);
  }
}
