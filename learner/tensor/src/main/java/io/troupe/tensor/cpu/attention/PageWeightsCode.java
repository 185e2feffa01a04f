package io.troupe.tensor.cpu.attention;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.vectors.ExponentialCode;
import java.util.function.IntConsumer;

/**
 * Generates the softmax of the scores of a query: their maximum, then the exponentials and their
 * sum.
 *
 * <p>Registers: RSI the scores of a page, RCX pages that are left, R9 the constants of the
 * exponential. Vector 6 holds the maximum, 7 and 8 the sums of the vectors of a page.
 */
final class PageWeightsCode {
  static final int SCORES = 0;
  static final int NUM_PAGES = 1;
  static final int CONSTANTS = 2;

  /** The maximum, negative infinity before the call. */
  static final int MAX = 3;

  /** The sum, with room for a vector. */
  static final int SUM = 16;

  private static final int PAGE_ROW = 4 * PageKernels.PAGE;
  private static final int LARGEST = 6;
  private static final int SUMS = 7;
  private static final int SPARE = 0;

  private final VectorAssembler code;
  private final ExponentialCode exponential;
  private final Isa isa;
  private final int vectors;

  private PageWeightsCode(Isa isa) {
    this.isa = isa;
    this.code = new VectorAssembler(isa);
    this.exponential = new ExponentialCode(code, R9);
    this.vectors = PAGE_ROW / isa.bytes();
  }

  static MachineCode generate(Isa isa) {
    PageWeightsCode weights = new PageWeightsCode(isa);
    weights.function();
    return MachineCode.of(weights.code);
  }

  private void function() {
    code.mov(R9, number(CONSTANTS));
    code.broadcast(LARGEST, number(MAX));
    pages(
        vector -> {
          code.load(SPARE, at(RSI, vector * isa.bytes()));
          code.max(LARGEST, SPARE, LARGEST);
        });
    code.foldHalves(LARGEST, SPARE, () -> code.max(LARGEST, SPARE, LARGEST));
    code.store(number(SUM), LARGEST);
    code.broadcast(LARGEST, number(SUM));
    code.mov(RAX, number(SUM));
    code.mov(number(MAX), RAX);
    code.zero(SUMS);
    code.zero(SUMS + 1);
    pages(
        vector -> {
          code.load(0, at(RSI, vector * isa.bytes()));
          code.subtract(0, 0, LARGEST);
          exponential.replaceNegative();
          code.store(at(RSI, vector * isa.bytes()), 0);
          code.add(SUMS + vector, SUMS + vector, 0);
        });
    if (vectors == 2) {
      code.add(SUMS, SUMS, SUMS + 1);
    }
    code.foldHalves(SUMS, SPARE, () -> code.add(SUMS, SUMS, SPARE));
    code.store(number(SUM), SUMS);
    code.zeroUpper();
    code.ret();
  }

  /** A loop over pages, with code for each vector of a page. */
  private void pages(IntConsumer body) {
    code.mov(RSI, number(SCORES));
    code.mov(RCX, number(NUM_PAGES));
    code.repeat(
        RCX,
        () -> {
          for (int vector = 0; vector < vectors; vector++) {
            body.accept(vector);
          }
          code.add(RSI, PAGE_ROW);
        });
  }
}
