package io.troupe.tensor.cpu.attention;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import java.util.List;

/**
 * Generates the scores of a few queries: a loop over blocks of pages that fill four vectors, and
 * over the dimensions. The next block is prefetched meanwhile.
 *
 * <p>Registers: R8 to R11 the pages of a block, R12 to R15 those of the next, RBP the list of
 * pages, RAX the offset in a page; RSI the queries, RDX and RBX one and three times their distance;
 * RCX dimensions that are left, then the scores.
 */
final class PageScoresCode {
  static final int QUERIES = 0;
  static final int QUERY_ROW = 1;
  static final int HEAD_DIM = 2;
  static final int PAGES = 3;
  static final int BLOCKS = 4;
  static final int SCORES = 5;

  private static final int VECTORS = 4;
  private static final int PAGE_ROW = 4 * PageKernels.PAGE;
  private static final int SCORE_ROW = (int) PageKernels.SCORE_ROW;
  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);
  private static final List<Register> NOW = List.of(R8, R9, R10, R11);
  private static final List<Register> NEXT = List.of(R12, R13, R14, R15);

  private final VectorAssembler code;
  private final int rows;
  private final int width;
  private final int pages;

  private PageScoresCode(Isa isa, int rows) {
    this.code = new VectorAssembler(isa);
    this.rows = rows;
    this.width = isa.bytes();
    this.pages = pages(isa);
  }

  /** Generates the scores of so many queries, at most four. */
  static MachineCode generate(Isa isa, int rows) {
    PageScoresCode scores = new PageScoresCode(isa, rows);
    scores.function();
    return MachineCode.of(scores.code);
  }

  /** Pages of a block. */
  static int pages(Isa isa) {
    return VECTORS * isa.bytes() / PAGE_ROW;
  }

  private void function() {
    SAVED.forEach(code::push);
    code.mov(RDX, number(QUERY_ROW));
    code.lea(RBX, at(RDX, RDX, 2));
    code.mov(RBP, number(PAGES));
    code.repeat(number(BLOCKS), this::block);
    code.zeroUpper();
    SAVED.reversed().forEach(code::pop);
    code.ret();
  }

  private void block() {
    for (int page = 0; page < pages; page++) {
      code.mov(NOW.get(page), at(RBP, page * Long.BYTES));
      code.mov(NEXT.get(page), at(RBP, (pages + page) * Long.BYTES));
    }
    code.mov(RAX, 0);
    code.mov(RSI, number(QUERIES));
    code.mov(RCX, number(HEAD_DIM));
    for (int sum = 0; sum < rows * VECTORS; sum++) {
      code.zero(sum);
    }
    code.repeat(
        RCX,
        () -> {
          dimension();
          code.add(RAX, PAGE_ROW);
          code.add(RSI, Float.BYTES);
        });
    code.mov(RCX, number(SCORES));
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < VECTORS; j++) {
        code.store(at(RCX, i * SCORE_ROW + j * width), i * VECTORS + j);
      }
    }
    code.add(RCX, VECTORS * width);
    code.mov(number(SCORES), RCX);
    code.add(RBP, pages * Long.BYTES);
  }

  private void dimension() {
    int repeated = rows * VECTORS;
    int keys = repeated + 1;
    for (int j = 0; rows > 1 && j < VECTORS; j++) {
      code.load(keys + j, keys(j));
    }
    for (int i = 0; i < rows; i++) {
      code.broadcast(repeated, query(i));
      for (int j = 0; j < VECTORS; j++) {
        if (rows > 1) {
          code.multiplyAdd(i * VECTORS + j, repeated, keys + j);
        } else {
          code.multiplyAdd(j, repeated, keys(j));
        }
      }
    }
    for (int page = 0; page < pages; page++) {
      code.prefetch(at(NEXT.get(page), RAX, 1));
    }
  }

  private Address keys(int vector) {
    int offset = vector * width;
    return at(NOW.get(offset / PAGE_ROW), RAX, 1).plus(offset % PAGE_ROW);
  }

  private static Address query(int row) {
    return switch (row) {
      case 0 -> at(RSI);
      case 1 -> at(RSI, RDX, 1);
      case 2 -> at(RSI, RDX, 2);
      default -> at(RSI, RBX, 1);
    };
  }
}
