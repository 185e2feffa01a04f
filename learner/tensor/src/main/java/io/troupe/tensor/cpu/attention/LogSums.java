package io.troupe.tensor.cpu.attention;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.LogarithmCode;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;

/**
 * The log of the sum of exponentials of scores. Registers: RSI sums, RDX maxima, R8 results, R9
 * constants, RCX vectors that are left.
 */
final class LogSums {
  private static final int SUMS = 0;
  private static final int MAXIMA = 1;
  private static final int RESULTS = 2;
  private static final int CONSTANTS = 3;
  private static final int VECTORS = 4;

  private static final MachineCode CODE = Isa.ofMachine().map(LogSums::generate).orElse(null);

  private LogSums() {}

  /**
   * Writes {@code maximum + log(sum)} of each column.
   *
   * @param sums of {@code exp(score - maximum)}, at least 1, or NaN
   * @param columns at least 1, a multiple of a vector
   */
  static void write(long results, long sums, long maxima, int columns) {
    if (CODE == null) {
      for (int column = 0; column < columns; column += Lanes.COUNT) {
        FloatVector log = VectorMath.log(Lanes.load(sums + 4L * column));
        Lanes.store(log.add(Lanes.load(maxima + 4L * column)), results + 4L * column);
      }
      return;
    }
    Parameters p = Parameters.ofThread();
    p.set(SUMS, sums);
    p.set(MAXIMA, maxima);
    p.set(RESULTS, results);
    p.set(CONSTANTS, LogarithmCode.CONSTANTS);
    p.set(VECTORS, columns / Lanes.COUNT);
    CODE.call(p.address());
  }

  private static MachineCode generate(Isa isa) {
    VectorAssembler code = new VectorAssembler(isa);
    LogarithmCode logarithm = new LogarithmCode(code, R9);
    code.mov(RSI, number(SUMS));
    code.mov(RDX, number(MAXIMA));
    code.mov(R8, number(RESULTS));
    code.mov(R9, number(CONSTANTS));
    code.mov(RCX, number(VECTORS));
    code.repeat(
        RCX,
        () -> {
          code.load(0, at(RSI));
          logarithm.replace();
          code.add(0, 0, at(RDX));
          code.store(at(R8), 0);
          code.add(RSI, isa.bytes());
          code.add(RDX, isa.bytes());
          code.add(R8, isa.bytes());
        });
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }
}
