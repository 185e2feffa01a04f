package io.troupe.tensor.cpu.products;

import io.troupe.tensor.cpu.machinecode.CodeTable;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.products.TileShape.Mode;

/** Computes products with machine code that is generated on first use of each tile. */
final class GeneratedKernels implements ProductKernels {
  /** Cache lines of a panel in four steps of k. */
  private static final int ALL_LINES = 4 * PackedPanels.ROW_BYTES / 64;

  private final Isa isa;
  private final CodeTable codes = new CodeTable(TileShape.COUNT);

  /** Vectors of a tile for many rows. */
  private final int usual;

  GeneratedKernels(Isa isa) {
    this.isa = isa;
    this.usual = isa == Isa.AVX512 ? 4 : 2;
  }

  @Override
  public void run(TileProduct x) {
    if (x.rows() == 0) {
      return;
    }
    int whole = x.columns() / isa.lanes();
    int done = 0;
    for (int vectors = widest(x.rows(), x.isContiguous()); vectors > 0; vectors /= 2) {
      int groups = (whole - done) / vectors;
      if (groups > 0) {
        tiles(x, done, groups, vectors, false);
        done += groups * vectors;
      }
    }
    int rest = x.columns() - done * isa.lanes();
    if (rest > 0) {
      Parameters.ofThread().setMask(isa, TileParameters.MASK, 0, rest);
      tiles(x, done, 1, 1, true);
    }
  }

  @Override
  public int panels(int rows, boolean isContiguous) {
    return Math.max(1, widest(rows, isContiguous) / 2);
  }

  /**
   * Very few rows need many vectors: the additions of one sum wait for each other. Somewhat more
   * rows fit one tile of a single panel, which is fastest if all panels are one stretch of memory.
   * All others have tiles of the usual width: memory delivers two panels faster than one.
   */
  private int widest(int rows, boolean isContiguous) {
    for (int vectors = Product.MAX_VECTORS; vectors >= usual; vectors /= 2) {
      if (rows <= TileCode.mostRows(vectors, isa)) {
        return vectors;
      }
    }
    return isContiguous && rows <= TileCode.mostRows(2, isa) ? 2 : usual;
  }

  /** Splits the rows into tiles of the same height; the first ones may have one more row. */
  private void tiles(TileProduct x, int vector, int groups, int vectors, boolean isMasked) {
    int most = TileCode.mostRows(vectors, isa);
    int tiles = (x.rows() + most - 1) / most;
    int height = x.rows() / tiles;
    int higher = x.rows() % tiles;
    boolean isPacked = x.bStep() == PackedPanels.ROW_BYTES;
    int lines = isPacked ? prefetchedLines(tiles) : 1;
    var shape =
        new TileShape(height, higher > 0, vectors, x.mode(), isMasked, x.isIndexed(), lines);
    call(shape, x, tiles, vector, groups);
  }

  /** All tiles of a group of panels together prefetch the next group. */
  private static int prefetchedLines(int tiles) {
    int lines = Math.ceilDiv(ALL_LINES, tiles);
    return tiles == 1 ? 0 : Integer.highestOneBit(2 * lines - 1);
  }

  private void call(TileShape shape, TileProduct x, int tiles, int vector, int groups) {
    Parameters p = Parameters.ofThread();
    long column = (long) vector * isa.bytes();
    int height = shape.rows();
    int higher = x.rows() - tiles * height;
    long b = x.b() + vector / 2 * x.bPanel() + vector % 2 * isa.bytes();
    p.set(TileParameters.A, x.a());
    p.set(TileParameters.A_ROW, x.aRow());
    p.set(TileParameters.A_STEP, x.aStep());
    p.set(TileParameters.A_TILE, height * x.aRow());
    p.set(TileParameters.B, b);
    p.set(TileParameters.B_STEP, x.isIndexed() ? x.offsets() : x.bStep());
    p.set(TileParameters.B_PANEL, x.bPanel());
    p.set(TileParameters.B_GROUP, shape.vectors() / 2 * x.bPanel());
    p.set(TileParameters.OUT, x.out() + column);
    p.set(TileParameters.OUT_ROW, x.outRow());
    p.set(TileParameters.OUT_TILE, height * x.outRow());
    if (x.mode() == Mode.ADD) {
      p.set(TileParameters.BEFORE, x.before() + column);
      p.set(TileParameters.BEFORE_ROW, x.beforeRow());
      p.set(TileParameters.BEFORE_TILE, height * x.beforeRow());
    }
    p.set(TileParameters.K, x.k());
    p.set(TileParameters.TILES, tiles - higher);
    p.set(TileParameters.HIGHER_TILES, higher);
    p.set(TileParameters.GROUPS, groups);
    p.set(TileParameters.NEXT, next(x, b, vector + groups * shape.vectors()));
    codes.get(shape.index(), () -> TileCode.generate(shape, isa)).call(p.address());
  }

  /** The address that is read after the vectors before {@code vector}. */
  private long next(TileProduct x, long b, int vector) {
    if (vector * isa.lanes() < x.columns()) {
      return x.b() + vector / 2 * x.bPanel();
    }
    return x.next() == 0 ? b : x.next();
  }
}
