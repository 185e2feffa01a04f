package io.troupe.tensor.cpu.products;

import io.troupe.tensor.cpu.machinecode.CodeTable;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.products.TileShape.Mode;

/** Computes products with machine code that is generated on first use of each tile. */
final class GeneratedKernels implements ProductKernels {
  /** Panels that stay in the second cache. */
  private static final long CACHED_BYTES = 256 << 10;

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
    for (int vectors = widest(x.rows()); vectors > 0; vectors /= 2) {
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

  /** Few rows need many vectors: the additions of one sum wait for each other. */
  private int widest(int rows) {
    for (int vectors = Product.MAX_VECTORS; vectors > 2; vectors /= 2) {
      if (rows <= TileCode.mostRows(vectors, isa)) {
        return vectors;
      }
    }
    return rows <= TileCode.mostRows(2, isa) ? 2 : usual;
  }

  /**
   * Splits the rows into tiles of two heights at most. Both heights compute some groups of panels
   * before the next ones, so that these are read from memory once.
   */
  private void tiles(TileProduct x, int vector, int groups, int vectors, boolean isMasked) {
    int most = TileCode.mostRows(vectors, isa);
    int tiles = (x.rows() + most - 1) / most;
    int height = x.rows() / tiles;
    int higher = x.rows() % tiles;
    var shape = new TileShape(height, vectors, x.mode(), isMasked, x.isIndexed());
    if (higher == 0) {
      call(shape, x, 0, tiles, vector, groups);
      return;
    }
    var high = new TileShape(height + 1, vectors, x.mode(), isMasked, x.isIndexed());
    long groupBytes = Math.max(1L, (long) x.k() * vectors * isa.bytes());
    int together = Math.clamp(CACHED_BYTES / groupBytes, 1, groups);
    for (int group = 0; group < groups; group += together) {
      int first = vector + group * vectors;
      int count = Math.min(together, groups - group);
      call(high, x, 0, higher, first, count);
      call(shape, x, higher * (height + 1), tiles - higher, first, count);
    }
  }

  private void call(TileShape shape, TileProduct x, int row, int tiles, int vector, int groups) {
    Parameters p = Parameters.ofThread();
    long column = (long) vector * isa.bytes();
    int height = shape.rows();
    p.set(TileParameters.A, x.a() + row * x.aRow());
    p.set(TileParameters.A_ROW, x.aRow());
    p.set(TileParameters.A_STEP, x.aStep());
    p.set(TileParameters.A_TILE, height * x.aRow());
    p.set(TileParameters.B, x.b() + vector / 2 * x.bPanel() + vector % 2 * isa.bytes());
    p.set(TileParameters.B_STEP, x.isIndexed() ? x.offsets() : x.bStep());
    p.set(TileParameters.B_PANEL, x.bPanel());
    p.set(TileParameters.B_GROUP, shape.vectors() / 2 * x.bPanel());
    p.set(TileParameters.OUT, x.out() + row * x.outRow() + column);
    p.set(TileParameters.OUT_ROW, x.outRow());
    p.set(TileParameters.OUT_TILE, height * x.outRow());
    if (x.mode() == Mode.ADD) {
      p.set(TileParameters.BEFORE, x.before() + row * x.beforeRow() + column);
      p.set(TileParameters.BEFORE_ROW, x.beforeRow());
      p.set(TileParameters.BEFORE_TILE, height * x.beforeRow());
    }
    p.set(TileParameters.K, x.k());
    p.set(TileParameters.TILES, tiles);
    p.set(TileParameters.GROUPS, groups);
    codes.get(shape.index(), () -> TileCode.generate(shape, isa)).call(p.address());
  }
}
