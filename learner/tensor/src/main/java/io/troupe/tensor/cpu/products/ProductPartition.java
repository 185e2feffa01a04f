package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;

import io.troupe.tensor.cpu.threads.ComputePool;

/**
 * Splits products into parts for the threads of a pool. The split does not change results, only the
 * time: a part is large enough to pay for waking a thread, and a big product has several parts per
 * thread, so that a late thread does little harm.
 */
public final class ProductPartition {
  /** Rows of a part at most: with one block of k they fit the second cache. */
  private static final int MAX_ROWS = 144;

  /** Rows of a part at least, when there are more: each panel that is read is used so often. */
  private static final int MIN_ROWS = 48;

  /** Minimum work of a part. */
  private static final double PART_NANOS = 5_000;

  /** Products with less work than so many parts have one part. */
  private static final double LEAST_SHARED = 0.7;

  private static final double NANOS_PER_PRODUCT = 0.012;
  private static final double NANOS_PER_PACKED = 0.2;

  /** Panels of a part at least, when each part copies its rows of the left operand. */
  private static final int LEAST_PANELS = 4;

  /** From so many panels on, parts of many rows have whole groups. */
  private static final int MANY_PANELS = 16;

  /** Rows that could be computed in the time that the start of a part loses. */
  private static final double START_ROWS = 3;

  /** Groups of panels that could be computed in the time that the start of a part loses. */
  private static final double COLD_START = 0.25;

  /** More parts are better, for the case that a thread is late, as long as they cost no more. */
  private static final double TOLERATED = 1.05;

  private final ComputePool pool;

  /**
   * Parts for the threads of a pool.
   *
   * @param pool may be null: everything is then one part, on the calling thread
   */
  public ProductPartition(ComputePool pool) {
    this.pool = pool;
  }

  /** Computes a part of a product or of several ones. */
  @FunctionalInterface
  interface Tile {
    /** Computes rows {@code [rowFrom, rowTo)} of the columns of panels {@code [from, to)}. */
    void run(int rowFrom, int rowTo, int from, int to);
  }

  /** Computes all of a product. */
  void run(Product product) {
    run(product.m(), PackedPanels.count(product.n()), product.k(), product::tile);
  }

  /** Computes products that have the left operand in common, in one region. */
  void run(Product[] products) {
    int[] starts = new int[products.length + 1]; // the first panel of each product
    for (int i = 0; i < products.length; i++) {
      starts[i + 1] = starts[i] + PackedPanels.count(products[i].n());
    }
    run(
        products[0].m(),
        starts[products.length],
        products[0].k(),
        (rowFrom, rowTo, from, to) -> {
          for (int i = 0; i < products.length; i++) {
            int first = Math.max(from, starts[i]);
            int end = Math.min(to, starts[i + 1]);
            if (first < end) {
              products[i].tile(rowFrom, rowTo, first - starts[i], end - starts[i]);
            }
          }
        });
  }

  /**
   * Computes all parts of a matrix of {@code m} rows and {@code panels} panels.
   *
   * @param k products per element
   */
  void run(int m, int panels, int k, Tile body) {
    double products = (double) k * panels * COLUMNS;
    int wanted = parts(products * (NANOS_PER_PACKED + NANOS_PER_PRODUCT * m));
    int rows = rowsPerPart(m, panels, wanted);
    int rowParts = ceilDiv(m, rows);
    int width = panelsPerPart(m, panels, k, wanted, Math.max(1, rowParts));
    int parts = rowParts * ceilDiv(panels, width);
    if (parts == 1) {
      body.run(0, m, 0, panels);
    } else if (pool == null) {
      for (int part = 0; part < parts; part++) {
        tile(body, part, m, rowParts, rows, width, panels);
      }
    } else {
      pool.run(parts, part -> tile(body, part, m, rowParts, rows, width, panels));
    }
  }

  private static void tile(
      Tile body, int part, int m, int rowParts, int rows, int width, int panels) {
    int row = part % rowParts * rows;
    int panel = part / rowParts * width;
    body.run(row, Math.min(row + rows, m), panel, Math.min(panel + width, panels));
  }

  /**
   * Rows of a part. Few rows are not split, unless there are too few panels for all threads.
   * Otherwise all threads have nearly the same number.
   *
   * @param wanted the most parts
   */
  private int rowsPerPart(int m, int panels, int wanted) {
    if (m <= MAX_ROWS && (wanted == 1 || panels >= 2 * threads())) {
      return Math.max(1, m);
    }
    int least = multiple(Math.clamp(ceilDiv(m, wanted), MIN_ROWS, MAX_ROWS), Product.MAX_ROWS);
    int best = least;
    for (int rows = least; rows <= MAX_ROWS; rows += Product.MAX_ROWS) {
      if (cost(m, rows, START_ROWS) <= cost(m, best, START_ROWS)) {
        best = rows;
      }
    }
    return best;
  }

  /**
   * Panels of a part. With one part of rows, all threads have nearly the same number. Otherwise
   * there are half as many parts as of rows: each copies its rows of the left operand.
   *
   * @param wanted the most parts
   */
  private int panelsPerPart(int m, int panels, int k, int wanted, int rowParts) {
    if (rowParts > 1) {
      int wide = ceilDiv(panels, ceilDiv(wanted, 2 * rowParts));
      int width = Math.min(panels, Math.max(LEAST_PANELS, wide));
      return width < MANY_PANELS ? Math.max(1, width) : multiple(width, Product.MAX_PANELS);
    }
    int most = ProductKernels.BEST.panels(m, Product.kBlock(k) >= k);
    int group = Math.clamp(ceilDiv(panels, threads()), 1, most);
    double start = COLD_START * group;
    double least = Double.MAX_VALUE;
    for (int parts = wanted; parts > 0; parts -= threads()) {
      least = Math.min(least, cost(panels, width(panels, parts, group), start));
    }
    int parts = wanted;
    while (cost(panels, width(panels, parts, group), start) > TOLERATED * least) {
      parts -= threads();
    }
    return width(panels, parts, group);
  }

  private static int width(int panels, int parts, int group) {
    return Math.max(1, multiple(ceilDiv(panels, parts), group));
  }

  /**
   * The rows or panels of the thread that has most when threads take parts in turn.
   *
   * @param total rows or panels of all parts
   * @param start rows or panels that could be computed in the time that the start of a part loses
   */
  private double cost(int total, int each, double start) {
    int before = Math.max(0, ceilDiv(total, each) - 1); // parts before the last one
    int last = before % threads() == 0 ? total - before * each : each;
    int rounds = before / threads();
    return rounds * each + last + (rounds + 1) * start;
  }

  private int threads() {
    return pool == null ? 1 : pool.threads();
  }

  private static int multiple(int number, int of) {
    return ceilDiv(number, of) * of;
  }

  /** Packs a (k, n) matrix; strides in bytes as in {@link Operands}. */
  public void pack(long target, int k, int n, long source, long step, long column) {
    int panels = PackedPanels.count(n);
    int wanted = Math.min(panels, parts((double) k * n * NANOS_PER_PACKED));
    if (wanted <= 1) {
      packPanels(0, panels, target, k, n, source, step, column);
      return;
    }
    int each = ceilDiv(panels, wanted);
    pool.run(
        ceilDiv(panels, each),
        part ->
            packPanels(
                part * each,
                Math.min((part + 1) * each, panels),
                target,
                k,
                n,
                source,
                step,
                column));
  }

  private static void packPanels(
      int from, int to, long target, int k, int n, long source, long step, long column) {
    for (int panel = from; panel < to; panel++) {
      int j = panel * COLUMNS;
      PackedPanels.pack(
          target + (long) panel * k * PackedPanels.ROW_BYTES,
          k,
          Math.min(COLUMNS, n - j),
          source + j * column,
          step,
          column);
    }
  }

  /** The number of products of a batch per part; 0 if each product has several parts. */
  int itemsPerPart(int batch, int m, int n, int k) {
    double nanos = (double) k * n * (2 * NANOS_PER_PACKED + NANOS_PER_PRODUCT * m);
    if (pool == null || nanos > 20 * PART_NANOS && batch < 4 * pool.threads()) {
      return 0;
    }
    return Math.clamp((long) Math.ceil(PART_NANOS / (nanos + 1)), 1, batch);
  }

  /** The number of parts: 1 or a multiple of the threads, so that all have the same work. */
  private int parts(double nanos) {
    int threads = threads();
    if (threads == 1 || nanos < LEAST_SHARED * PART_NANOS) {
      return 1;
    }
    int parts = (int) Math.min(nanos / PART_NANOS + 0.5, 8 * threads);
    return Math.max(1, ceilDiv(parts, threads)) * threads;
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }
}
