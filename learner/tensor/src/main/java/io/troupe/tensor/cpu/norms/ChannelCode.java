package io.troupe.tensor.cpu.norms;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.mask;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * A generated loop over the runs of a channel. A sum of a run has two vectors of partial sums. The
 * vectors of elements are added to both in turn; a single last vector is added to the first, and
 * the elements that do not fill a vector are added to the second.
 *
 * <p>Registers: RSI, RDX and R8 the runs of x, dy and the result, R9 their distance, RAX the offset
 * in a run; R10 runs, R11 vectors that are left. Vectors 0 to 3 hold partial sums, 4 to 6 elements,
 * 11 to 14 the constants.
 */
final class ChannelCode {
  /** Bytes of a run's results: the first and the second sum. */
  static final int RESULT_BYTES = 2 * Float.BYTES;

  private static final int X = 0;
  private static final int DY = 1;
  private static final int OUT = 2;
  private static final int DISTANCE = 3;
  private static final int RUNS = 4;
  private static final int ROUNDS = 5;
  private static final int SINGLE = 6;
  private static final int REST = 7;
  private static final int CONSTANTS = 8;

  /** Room for a vector. */
  private static final int VECTOR = 16;

  private static final int MEAN = 11;
  private static final int SCALE = 12;
  private static final int SHIFT = 13;
  private static final int SLOPE = 14;

  /** The computations that loops exist for. */
  enum Operation {
    /** The sum of x. */
    SUM(true),
    /** The sum of {@code (x - mean)^2}. */
    SQUARES(true),
    /** The sums of {@code dy * (x - mean)} and of dy. */
    GRAD_SUMS(true),
    /** {@code (x - mean) * scale + shift}. */
    APPLY(false),
    /** {@code dy * scale + ((x - mean) * slope + shift)}. */
    GRAD(false);

    private final boolean sums;

    Operation(boolean sums) {
      this.sums = sums;
    }
  }

  private final Isa isa;
  private final Operation operation;
  private final VectorAssembler code;
  private final int restMask;
  private final MachineCode function;

  ChannelCode(Isa isa, Operation operation) {
    this.isa = isa;
    this.operation = operation;
    this.code = new VectorAssembler(isa);
    this.restMask = isa.maskRegister();
    generate();
    this.function = MachineCode.of(code);
  }

  /**
   * Runs the loop.
   *
   * @param out result of a map, or of sums {@link #RESULT_BYTES} for each run and room for a vector
   * @param constants mean, scale, shift and slope
   */
  void run(long out, long dy, long x, ChannelRuns runs, float... constants) {
    int vectors = runs.length() / isa.lanes();
    Parameters p = Parameters.ofThread();
    p.set(X, x);
    p.set(DY, dy);
    p.set(OUT, out);
    p.set(DISTANCE, runs.distance());
    p.set(RUNS, runs.count());
    p.set(ROUNDS, operation.sums ? vectors / 2 : vectors);
    p.set(SINGLE, vectors % 2);
    p.set(REST, runs.length() % isa.lanes());
    for (int i = 0; i < constants.length; i++) {
      p.setFloat(CONSTANTS + i, constants[i]);
    }
    p.setMask(isa, 0, 0, runs.length() % isa.lanes());
    function.call(p.address());
  }

  private void generate() {
    code.mov(RSI, number(X));
    code.mov(RDX, number(DY));
    code.mov(R8, number(OUT));
    code.mov(R9, number(DISTANCE));
    code.mov(R10, number(RUNS));
    code.loadMask(restMask, mask(0));
    for (int i = MEAN; i <= SLOPE; i++) {
      code.broadcast(i, number(CONSTANTS + i - MEAN));
    }
    code.repeat(R10, operation.sums ? this::sumsOfRun : this::mapOfRun);
    code.zeroUpper();
    code.ret();
  }

  private void sumsOfRun() {
    code.mov(RAX, 0);
    for (int i = 0; i < 4; i++) {
      code.zero(i);
    }
    code.mov(R11, number(ROUNDS));
    code.ifNotZero(R11, () -> code.repeat(R11, this::twoVectors));
    ifNotZero(SINGLE, () -> vector(0, 0));
    ifNotZero(REST, this::rest);
    result(0);
    code.store(at(R8), 0);
    result(2);
    code.store(at(R8, Float.BYTES), 2);
    code.add(R8, RESULT_BYTES);
    nextRun();
  }

  private void mapOfRun() {
    code.mov(RAX, 0);
    code.mov(R11, number(ROUNDS));
    code.ifNotZero(R11, () -> code.repeat(R11, this::oneVector));
    ifNotZero(REST, this::rest);
    code.add(R8, R9);
    nextRun();
  }

  private void nextRun() {
    code.add(RSI, R9);
    code.add(RDX, R9);
  }

  private void oneVector() {
    vector(0, 0);
    code.add(RAX, isa.bytes());
  }

  private void twoVectors() {
    vector(0, 0);
    vector(1, isa.bytes());
    code.add(RAX, 2 * isa.bytes());
  }

  /** Code that also moves on by a vector. */
  private void ifNotZero(int parameter, Runnable body) {
    code.mov(R11, number(parameter));
    code.ifNotZero(
        R11,
        () -> {
          body.run();
          code.add(RAX, isa.bytes());
        });
  }

  private static Address element(Register base, int offset) {
    return at(base, RAX, 1).plus(offset);
  }

  private void vector(int sum, int offset) {
    code.load(4, element(RSI, offset));
    if (operation == Operation.GRAD_SUMS || operation == Operation.GRAD) {
      code.load(6, element(RDX, offset));
    }
    compute(sum);
    if (!operation.sums) {
      code.store(element(R8, offset), 5);
    }
  }

  private void rest() {
    code.load(4, element(RSI, 0), restMask);
    if (operation == Operation.GRAD_SUMS || operation == Operation.GRAD) {
      code.load(6, element(RDX, 0), restMask);
    }
    if (operation == Operation.SQUARES) {
      code.subtract(4, 4, MEAN);
      code.store(number(VECTOR), 4);
      code.load(4, number(VECTOR), restMask);
      code.multiply(4, 4, 4);
      code.add(1, 1, 4);
      return;
    }
    compute(1);
    if (!operation.sums) {
      code.store(element(R8, 0), 5, restMask);
    }
  }

  private void compute(int sum) {
    if (operation == Operation.SUM) {
      code.add(sum, sum, 4);
      return;
    }
    code.subtract(4, 4, MEAN);
    switch (operation) {
      case SQUARES -> code.multiplyAdd(sum, 4, 4);
      case GRAD_SUMS -> {
        code.multiplyAdd(sum, 4, 6);
        code.add(sum + 2, sum + 2, 6);
      }
      case APPLY -> {
        code.move(5, SHIFT);
        code.multiplyAdd(5, 4, SCALE);
      }
      case GRAD -> {
        code.move(5, SHIFT);
        code.multiplyAdd(5, 4, SLOPE);
        code.multiplyAdd(5, 6, SCALE);
      }
      default -> throw new IllegalStateException("operation must be known, got " + operation);
    }
  }

  /** Adds two vectors of partial sums and folds halves until one lane is left. */
  private void result(int sum) {
    code.add(sum, sum, sum + 1);
    code.foldHalves(sum, 4, () -> code.add(sum, sum, 4));
  }
}
