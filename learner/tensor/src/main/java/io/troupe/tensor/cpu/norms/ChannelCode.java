package io.troupe.tensor.cpu.norms;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * A generated loop over the runs of a channel. A sum of a run has two vectors of partial sums, see
 * {@link ElementLoop#repeatInTurn}.
 *
 * <p>Registers: RSI, RDX and R8 the runs of x, dy and the result, R9 their distance; R10 runs that
 * are left. Vectors 0 to 3 hold partial sums, 4 to 6 elements, 7 to 10 the constants.
 */
final class ChannelCode {
  /** Bytes of a run's results: the first and the second sum. */
  static final int RESULT_BYTES = 2 * Float.BYTES;

  private static final int X = 0;
  private static final int DY = 1;
  private static final int OUT = 2;
  private static final int DISTANCE = 3;
  private static final int RUNS = 4;
  private static final int CONSTANTS = 5;

  private static final int X_VALUE = 4;
  private static final int RESULT = 5;
  private static final int DY_VALUE = 6;
  private static final int MEAN = 7;
  private static final int SCALE = 8;
  private static final int SHIFT = 9;
  private static final int SLOPE = 10;

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
  private final ElementLoop loop;
  private final MachineCode function;

  ChannelCode(Isa isa, Operation operation) {
    this.isa = isa;
    this.operation = operation;
    this.code = new VectorAssembler(isa);
    this.loop = new ElementLoop(code);
    generate();
    this.function = MachineCode.of(code);
  }

  /**
   * Runs the loop.
   *
   * @param out result of a map, or of sums {@link #RESULT_BYTES} for each run
   * @param constants mean, scale, shift and slope
   */
  void run(long out, long dy, long x, ChannelRuns runs, float... constants) {
    Parameters p = Parameters.ofThread();
    p.set(X, x);
    p.set(DY, dy);
    p.set(OUT, out);
    p.set(DISTANCE, runs.distance());
    p.set(RUNS, runs.count());
    for (int i = 0; i < constants.length; i++) {
      p.setFloat(CONSTANTS + i, constants[i]);
    }
    ElementLoop.setLength(p, isa, runs.length());
    function.call(p.address());
  }

  private void generate() {
    code.mov(RSI, number(X));
    code.mov(RDX, number(DY));
    code.mov(R8, number(OUT));
    code.mov(R9, number(DISTANCE));
    code.mov(R10, number(RUNS));
    for (int i = MEAN; i <= SLOPE; i++) {
      code.broadcast(i, number(CONSTANTS + i - MEAN));
    }
    code.repeat(R10, operation.sums ? this::sumsOfRun : this::mapOfRun);
    code.zeroUpper();
    code.ret();
  }

  private void sumsOfRun() {
    for (int i = 0; i < 4; i++) {
      code.zero(i);
    }
    loop.repeatInTurn(this::addTo);
    total(0);
    code.storeFirst(at(R8), 0);
    total(2);
    code.storeFirst(at(R8, Float.BYTES), 2);
    code.add(R8, RESULT_BYTES);
    nextRun();
  }

  private void mapOfRun() {
    loop.repeat(this::map);
    code.add(R8, R9);
    nextRun();
  }

  private void nextRun() {
    code.add(RSI, R9);
    code.add(RDX, R9);
  }

  private void loadElements() {
    loop.load(X_VALUE, RSI);
    if (operation == Operation.GRAD_SUMS || operation == Operation.GRAD) {
      loop.load(DY_VALUE, RDX);
    }
    if (operation != Operation.SUM) {
      code.subtract(X_VALUE, X_VALUE, MEAN);
    }
  }

  private void addTo(int sum) {
    loadElements();
    switch (operation) {
      case SUM -> code.add(sum, sum, X_VALUE);
      case SQUARES -> loop.addSquare(sum, X_VALUE);
      case GRAD_SUMS -> {
        code.multiplyAdd(sum, X_VALUE, DY_VALUE);
        code.add(sum + 2, sum + 2, DY_VALUE);
      }
      default -> throw new IllegalStateException("operation must be a sum, got " + operation);
    }
  }

  private void map() {
    loadElements();
    code.move(RESULT, SHIFT);
    if (operation == Operation.APPLY) {
      code.multiplyAdd(RESULT, X_VALUE, SCALE);
    } else {
      code.multiplyAdd(RESULT, X_VALUE, SLOPE);
      code.multiplyAdd(RESULT, DY_VALUE, SCALE);
    }
    loop.store(R8, RESULT);
  }

  /** Adds two vectors of partial sums and folds halves until one lane is left. */
  private void total(int sum) {
    code.add(sum, sum, sum + 1);
    code.foldHalves(sum, X_VALUE, () -> code.add(sum, sum, X_VALUE));
  }
}
