package io.troupe.tensor.cpu.losses;

import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.vectors.ExponentialCode;

/**
 * Generates loops over logits.
 *
 * <p>Registers: RSI the logits, R8 their gradient, R9 the constants of the exponential. Vector 0
 * holds the exponential, 6 its argument, 7 to 9 sums, 10 to 13 the parameters.
 */
final class LogitCode {
  static final int X = 0;
  static final int DX = 1;
  static final int CONSTANTS = 2;

  /** Subtracted from the logits; the maximum is written here, too. */
  static final int MAX = 3;

  static final int INV_TEMPERATURE = 4;

  /** The gradient is {@code exp(x / temperature - lse) * factor + shift}. */
  static final int MINUS_LSE = 5;

  static final int FACTOR = 6;
  static final int SHIFT = 7;

  /** The smallest d that is multiplied. */
  static final int LOWEST = 8;

  static final int SUM_OF_EXP = 9;
  static final int SUM_OF_PRODUCTS = 10;
  static final int SUM_OF_D = 11;

  private static final int SPARE = 1;
  private static final int ARGUMENT = 6;
  private static final int EXPONENTIALS = 7;
  private static final int PRODUCTS = 8;
  private static final int ARGUMENTS = 9;
  private static final int PARAMETER = 10;
  private static final int INV = 11;
  private static final int FACTORS = 12;
  private static final int SHIFTS = 13;
  private static final int LOWEST_D = 12;

  private final VectorAssembler code;
  private final ElementLoop loop;
  private final ExponentialCode exponential;

  private LogitCode(Isa isa) {
    this.code = new VectorAssembler(isa);
    this.loop = new ElementLoop(code);
    this.exponential = new ExponentialCode(code, R9);
  }

  /** The maximum of MAX and of the elements. */
  static MachineCode max(Isa isa) {
    LogitCode max = new LogitCode(isa);
    return max.function(max::max);
  }

  static MachineCode sumOfExp(Isa isa) {
    LogitCode sums = new LogitCode(isa);
    return sums.function(sums::sumOfExp);
  }

  static MachineCode sums(Isa isa) {
    LogitCode sums = new LogitCode(isa);
    return sums.function(sums::sums);
  }

  static MachineCode grad(Isa isa) {
    LogitCode grad = new LogitCode(isa);
    return grad.function(grad::grad);
  }

  private MachineCode function(Runnable body) {
    code.mov(RSI, number(X));
    code.mov(R8, number(DX));
    code.mov(R9, number(CONSTANTS));
    code.broadcast(PARAMETER, number(MAX));
    code.broadcast(INV, number(INV_TEMPERATURE));
    body.run();
    code.zeroUpper();
    code.ret();
    return MachineCode.of(code);
  }

  private void max() {
    loop.repeat(
        () -> {
          loop.load(0, RSI);
          code.max(PARAMETER, 0, PARAMETER);
        });
    code.foldHalves(PARAMETER, SPARE, () -> code.max(PARAMETER, SPARE, PARAMETER));
    code.storeFirst(number(MAX), PARAMETER);
  }

  private void sumOfExp() {
    code.zero(EXPONENTIALS);
    loop.repeat(
        () -> {
          argument();
          addExp();
        });
    total(SUM_OF_EXP, EXPONENTIALS);
  }

  /** Sets vector 0 to {@code (x - max) / temperature}. */
  private void argument() {
    loop.load(0, RSI);
    code.subtract(0, 0, PARAMETER);
    code.multiply(0, 0, INV);
  }

  /** Adds the exponential of vector 0, and leaves it there. */
  private void addExp() {
    exponential.replaceNegative();
    code.add(EXPONENTIALS, EXPONENTIALS, 0);
  }

  private void sums() {
    code.broadcast(LOWEST_D, number(LOWEST));
    for (int i = EXPONENTIALS; i <= ARGUMENTS; i++) {
      code.zero(i);
    }
    loop.repeat(
        () -> {
          argument();
          code.move(ARGUMENT, 0);
          addExp();
          code.add(ARGUMENTS, ARGUMENTS, ARGUMENT);
          code.max(ARGUMENT, LOWEST_D, ARGUMENT);
          code.multiplyAdd(PRODUCTS, 0, ARGUMENT);
        });
    total(SUM_OF_EXP, EXPONENTIALS);
    total(SUM_OF_PRODUCTS, PRODUCTS);
    total(SUM_OF_D, ARGUMENTS);
  }

  private void total(int result, int sum) {
    code.foldHalves(sum, SPARE, () -> code.add(sum, sum, SPARE));
    code.storeFirst(number(result), sum);
  }

  private void grad() {
    code.broadcast(PARAMETER, number(MINUS_LSE));
    code.broadcast(FACTORS, number(FACTOR));
    code.broadcast(SHIFTS, number(SHIFT));
    loop.repeat(
        () -> {
          loop.load(ARGUMENT, RSI);
          code.move(0, PARAMETER);
          code.multiplyAdd(0, ARGUMENT, INV);
          exponential.replace();
          code.move(ARGUMENT, SHIFTS);
          code.multiplyAdd(ARGUMENT, 0, FACTORS);
          loop.store(R8, ARGUMENT);
        });
  }
}
