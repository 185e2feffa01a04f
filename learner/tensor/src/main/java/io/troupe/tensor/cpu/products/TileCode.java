package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.machinecode.Address.at;
import static io.troupe.tensor.cpu.machinecode.Parameters.number;
import static io.troupe.tensor.cpu.machinecode.Register.*;

import io.troupe.tensor.cpu.machinecode.Address;
import io.troupe.tensor.cpu.machinecode.Assembler.Condition;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Label;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.cpu.products.TileShape.Mode;
import java.util.List;

/**
 * Generates the kernel of a {@link TileShape}: loops over groups of panels, over tiles of rows and
 * over k, in this order. Every sum is one chain of fused multiply-adds in order of k.
 *
 * <p>Registers: RDI the parameters; R8 and R9 the first and the eighth row of {@code a}; R12, R13
 * and R14 one, three and five times the distance of its rows, so that 14 rows have addresses; R15
 * the distance of its columns; RSI and R10 the same of {@code b}; RBX and RBP one and three times
 * the distance of panels; RCX what is left of k.
 */
final class TileCode {
  private static final int UNROLLED = 4;
  private static final int CACHE_LINE = 64;

  /** How far ahead of the loads a single tile prefetches: what memory delivers meanwhile. */
  private static final int AHEAD = 3072;

  private static final int MASK_REGISTER = 1;

  /** Rows that have addresses. */
  private static final int MOST_ROWS = 14;

  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

  private final TileShape shape;
  private final VectorAssembler code;
  private final int vectors;
  private final int width;

  private TileCode(TileShape shape, Isa isa) {
    this.shape = shape;
    this.code = new VectorAssembler(isa);
    this.vectors = shape.vectors();
    this.width = isa.bytes();
  }

  /** Generates a kernel. */
  static MachineCode generate(TileShape shape, Isa isa) {
    TileCode tile = new TileCode(shape, isa);
    tile.function();
    return MachineCode.of(tile.code);
  }

  /** The most rows for which the sums and operands of so many vectors fit the registers. */
  static int mostRows(int vectors, Isa isa) {
    return Math.clamp((isa.registers() - 1 - vectors) / vectors, 1, MOST_ROWS);
  }

  private void function() {
    SAVED.forEach(code::push);
    code.mov(R12, number(TileParameters.A_ROW));
    code.lea(R13, at(R12, R12, 2));
    code.lea(R14, at(R12, R12, 4));
    code.mov(R15, number(TileParameters.A_STEP));
    code.mov(R10, number(TileParameters.B_STEP));
    code.mov(RBX, number(TileParameters.B_PANEL));
    code.lea(RBP, at(RBX, RBX, 2));
    if (shape.isMasked() && code.isa() == Isa.AVX512) {
      code.loadMask(MASK_REGISTER, Parameters.mask(TileParameters.MASK));
    }
    code.repeat(number(TileParameters.GROUPS), this::group);
    code.zeroUpper();
    SAVED.reversed().forEach(code::pop);
    code.ret();
  }

  private void advance(int parameter, int bytes) {
    code.mov(RAX, number(parameter));
    code.add(RAX, bytes);
    code.mov(number(parameter), RAX);
  }

  /** All tiles of a group of panels, from top to bottom; then moves to the next group. */
  private void group() {
    copy(TileParameters.A, TileParameters.A_NOW);
    copy(TileParameters.OUT, TileParameters.OUT_NOW);
    if (shape.mode() == Mode.ADD) {
      copy(TileParameters.BEFORE, TileParameters.BEFORE_NOW);
    }
    startPrefetch();
    if (shape.isUneven()) {
      tiles(shape.rows() + 1, TileParameters.HIGHER_TILES);
    }
    tiles(shape.rows(), TileParameters.TILES);
    code.mov(RAX, number(TileParameters.B_GROUP));
    code.add(number(TileParameters.B), RAX);
    advance(TileParameters.OUT, vectors * width);
    if (shape.mode() == Mode.ADD) {
      advance(TileParameters.BEFORE, vectors * width);
    }
  }

  /** Prefetches the next group of panels, or during the last group what is read next. */
  private void startPrefetch() {
    Label last = new Label();
    code.mov(RCX, number(TileParameters.GROUPS));
    code.mov(RAX, number(TileParameters.NEXT));
    code.sub(RCX, 1);
    code.jump(Condition.ZERO, last);
    code.mov(RAX, number(TileParameters.B));
    code.add(RAX, number(TileParameters.B_GROUP));
    code.bind(last);
    code.mov(number(TileParameters.PREFETCHED), RAX);
  }

  /** Tiles of the same number of rows. */
  private void tiles(int rows, int count) {
    copy(count, TileParameters.TILES_LEFT);
    code.repeat(number(TileParameters.TILES_LEFT), () -> tileAndMove(rows));
  }

  private void tileAndMove(int rows) {
    tile(rows);
    next(TileParameters.A_TILE, TileParameters.A_ROW, rows, TileParameters.A_NOW);
    next(TileParameters.OUT_TILE, TileParameters.OUT_ROW, rows, TileParameters.OUT_NOW);
    if (shape.mode() == Mode.ADD) {
      next(TileParameters.BEFORE_TILE, TileParameters.BEFORE_ROW, rows, TileParameters.BEFORE_NOW);
    }
  }

  private void copy(int from, int to) {
    code.mov(RAX, number(from));
    code.mov(number(to), RAX);
  }

  private void next(int tile, int row, int rows, int now) {
    code.mov(RAX, number(tile));
    if (rows > shape.rows()) {
      code.add(RAX, number(row));
    }
    code.add(number(now), RAX);
  }

  private void tile(int rows) {
    code.mov(R8, number(TileParameters.A_NOW));
    code.lea(R9, at(R8, R14, 1));
    code.lea(R9, at(R9, R12, 2));
    if (shape.isIndexed()) {
      code.mov(R10, number(TileParameters.B_STEP));
    } else {
      code.mov(RSI, number(TileParameters.B));
    }
    start(rows);
    code.mov(RDX, number(TileParameters.PREFETCHED));
    sum(rows);
    code.mov(number(TileParameters.PREFETCHED), RDX);
    finish(rows);
  }

  private void start(int rows) {
    code.mov(RAX, number(TileParameters.OUT_NOW));
    code.mov(R11, number(TileParameters.OUT_ROW));
    if (shape.mode() != Mode.CONTINUE) {
      for (int sum = 0; sum < rows * vectors; sum++) {
        code.zero(sum);
      }
      return;
    }
    code.mov(RDX, RAX);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < vectors; j++) {
        load(sum(i, j), at(RDX, j * width));
      }
      code.add(RDX, R11);
    }
  }

  private void sum(int rows) {
    Label four = new Label();
    Label rest = new Label();
    Label done = new Label();
    code.mov(RCX, number(TileParameters.K));
    code.sub(RCX, UNROLLED);
    code.jump(Condition.LESS, rest);
    code.bind(four);
    for (int i = 0; i < UNROLLED; i++) {
      step(rows);
      prefetch(i);
    }
    code.sub(RCX, UNROLLED);
    code.jump(Condition.GREATER_OR_EQUAL, four);
    code.bind(rest);
    code.add(RCX, UNROLLED);
    code.jump(Condition.ZERO, done);
    code.repeat(RCX, () -> step(rows));
    code.bind(done);
  }

  /** One step of k: a column of {@code a} times a row of {@code b}. */
  private void step(int rows) {
    int repeated = code.isa().registers() - 1;
    boolean fromMemory = rows == 1 && !shape.isMasked();
    if (shape.isIndexed()) {
      code.mov(RSI, at(R10));
      code.add(RSI, number(TileParameters.B));
      code.add(R10, Long.BYTES);
    }
    if (!fromMemory) {
      for (int j = 0; j < vectors; j++) {
        load(rows * vectors + j, columns(j));
      }
    }
    for (int i = 0; i < rows; i++) {
      code.broadcast(repeated, row(i));
      for (int j = 0; j < vectors; j++) {
        if (fromMemory) {
          code.multiplyAdd(sum(i, j), repeated, columns(j));
        } else {
          code.multiplyAdd(sum(i, j), repeated, rows * vectors + j);
        }
      }
    }
    code.add(R8, R15);
    if (rows > 7) {
      code.add(R9, R15);
    }
    if (!shape.isIndexed()) {
      code.add(RSI, R10);
    }
  }

  /**
   * Fetches what is read later, which would otherwise come from a distant cache just when the first
   * tile needs it. The processor itself keeps up with the four panels of the widest tiles.
   *
   * @param step of the unrolled steps, which share the lines evenly
   */
  private void prefetch(int step) {
    if (shape.isIndexed() || vectors == Product.MAX_VECTORS) {
      return;
    }
    int lines = shape.prefetchedLines();
    if (lines == 0) {
      prefetch(RSI, AHEAD, PackedPanels.ROW_BYTES / CACHE_LINE);
      return;
    }
    int first = step * lines / UNROLLED;
    prefetch(RDX, first * CACHE_LINE, (step + 1) * lines / UNROLLED - first);
    if (step == UNROLLED - 1) {
      code.add(RDX, lines * CACHE_LINE);
    }
  }

  private void prefetch(Register first, int offset, int lines) {
    for (int line = 0; line < lines; line++) {
      for (int panel = 0; panel < Math.max(1, vectors / 2); panel++) {
        code.prefetch(panel(first, panel).plus(offset + line * CACHE_LINE));
      }
    }
  }

  private void finish(int rows) {
    if (shape.mode() == Mode.ADD) {
      code.mov(RDX, number(TileParameters.BEFORE_NOW));
      code.mov(RCX, number(TileParameters.BEFORE_ROW));
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < vectors; j++) {
        if (shape.mode() == Mode.ADD) {
          addBefore(sum(i, j), at(RDX, j * width));
        }
        store(at(RAX, j * width), sum(i, j));
      }
      code.add(RAX, R11);
      if (shape.mode() == Mode.ADD) {
        code.add(RDX, RCX);
      }
    }
  }

  private void addBefore(int sum, Address before) {
    if (shape.isMasked()) {
      int loaded = code.isa().registers() - 1;
      load(loaded, before);
      code.add(sum, loaded, sum);
    } else {
      code.add(sum, sum, before);
    }
  }

  private void load(int target, Address source) {
    if (shape.isMasked()) {
      code.load(target, source, mask());
    } else {
      code.load(target, source);
    }
  }

  private void store(Address target, int source) {
    if (shape.isMasked()) {
      code.store(target, source, mask());
    } else {
      code.store(target, source);
    }
  }

  /** The mask, which AVX2 keeps in memory for want of registers. */
  private int mask() {
    if (code.isa() == Isa.AVX512) {
      return MASK_REGISTER;
    }
    int register = code.isa().registers() - 2;
    code.loadMask(register, Parameters.mask(TileParameters.MASK));
    return register;
  }

  private int sum(int row, int vector) {
    return row * vectors + vector;
  }

  /** Element of {@code a} in a row: 0 to 6 from R8, 7 to 13 from R9. */
  private static Address row(int row) {
    Register base = row < 7 ? R8 : R9;
    return switch (row % 7) {
      case 0 -> at(base);
      case 1 -> at(base, R12, 1);
      case 2 -> at(base, R12, 2);
      case 3 -> at(base, R13, 1);
      case 4 -> at(base, R12, 4);
      case 5 -> at(base, R14, 1);
      default -> at(base, R13, 2);
    };
  }

  private Address columns(int vector) {
    return panel(RSI, vector / 2).plus(vector % 2 * width);
  }

  private static Address panel(Register first, int panel) {
    return switch (panel) {
      case 0 -> at(first);
      case 1 -> at(first, RBX, 1);
      case 2 -> at(first, RBX, 2);
      default -> at(first, RBP, 1);
    };
  }
}
