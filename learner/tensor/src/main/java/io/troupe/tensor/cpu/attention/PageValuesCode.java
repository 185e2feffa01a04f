package io.troupe.tensor.cpu.attention;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.mask;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Assembler.Condition;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Label;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;

/**
 * Generates the weighted sums of values of a few queries: a loop over pages and over their
 * positions, with the sums in registers. The next page is prefetched meanwhile.
 *
 * <p>Registers: R11 the list of pages, RSI and RAX the position in the page and in the next, RDX
 * bytes from position to position; R8 the weights; RCX positions that are left, then the sums.
 */
final class PageValuesCode {
  static final int SUMS = 0;

  /** Bytes from one position, and from one sum, to the next. */
  static final int ROW = 1;

  static final int WEIGHTS = 2;
  static final int PAGES = 3;

  /** Offset of the first column, in bytes. */
  static final int COLUMN = 4;

  static final int KEYS = 5;

  static final int MASK = 0;

  /** Most vectors of a sum. */
  static final int VECTORS = 4;

  /** As a number of vectors: a part of one. */
  static final int MASKED = 0;

  private static final int CACHE_LINE = 64;
  private static final int SCORE_ROW = (int) PageKernels.SCORE_ROW;

  private final VectorAssembler code;
  private final int rows;
  private final int vectors;
  private final boolean isMasked;
  private final int width;
  private final int maskRegister;

  private PageValuesCode(Isa isa, int rows, int vectors) {
    this.code = new VectorAssembler(isa);
    this.rows = rows;
    this.vectors = Math.max(1, vectors);
    this.isMasked = vectors == MASKED;
    this.width = isa.bytes();
    this.maskRegister = isa.maskRegister();
  }

  /** Generates the sums of so many queries, at most four, and vectors. */
  static MachineCode generate(Isa isa, int rows, int vectors) {
    PageValuesCode values = new PageValuesCode(isa, rows, vectors);
    values.function();
    return MachineCode.of(values.code);
  }

  private void function() {
    code.mov(R11, number(PAGES));
    code.mov(R8, number(WEIGHTS));
    code.mov(RDX, number(ROW));
    if (isMasked) {
      code.loadMask(maskRegister, mask(MASK));
    }
    for (int sum = 0; sum < rows * vectors; sum++) {
      code.zero(sum);
    }
    Label page = new Label();
    code.bind(page);
    page();
    code.add(R11, Long.BYTES);
    code.mov(RCX, number(KEYS));
    code.sub(RCX, PageKernels.PAGE);
    code.mov(number(KEYS), RCX);
    code.cmp(RCX, 1);
    code.jump(Condition.GREATER_OR_EQUAL, page);
    store();
    code.zeroUpper();
    code.ret();
  }

  private void page() {
    code.mov(RSI, at(R11));
    code.add(RSI, number(COLUMN));
    code.mov(RAX, at(R11, Long.BYTES));
    code.add(RAX, number(COLUMN));
    Label position = new Label();
    code.mov(RCX, number(KEYS));
    code.cmp(RCX, PageKernels.PAGE);
    code.jump(Condition.LESS, position);
    code.mov(RCX, PageKernels.PAGE);
    code.bind(position);
    code.repeat(
        RCX,
        () -> {
          position();
          code.add(RSI, RDX);
          code.add(RAX, RDX);
          code.add(R8, Float.BYTES);
        });
  }

  private void position() {
    int repeated = rows * vectors;
    int values = repeated + 1;
    boolean fromMemory = rows == 1 && !isMasked;
    for (int j = 0; !fromMemory && j < vectors; j++) {
      if (isMasked) {
        code.load(values + j, value(j), maskRegister);
      } else {
        code.load(values + j, value(j));
      }
    }
    for (int i = 0; i < rows; i++) {
      code.broadcast(repeated, at(R8, i * SCORE_ROW));
      for (int j = 0; j < vectors; j++) {
        if (fromMemory) {
          code.multiplyAdd(j, repeated, value(j));
        } else {
          code.multiplyAdd(i * vectors + j, repeated, values + j);
        }
      }
    }
    for (int offset = 0; offset < vectors * width; offset += CACHE_LINE) {
      code.prefetch(at(RAX, offset));
    }
  }

  private Address value(int vector) {
    return at(RSI, vector * width);
  }

  private void store() {
    code.mov(RCX, number(SUMS));
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < vectors; j++) {
        if (isMasked) {
          code.store(at(RCX), i, maskRegister);
        } else {
          code.store(at(RCX, j * width), i * vectors + j);
        }
      }
      code.add(RCX, RDX);
    }
  }
}
