package io.troupe.tensor.cpu;

import java.lang.foreign.Arena;

/** Memory of one thread for the products that it computes; kept for the next ones. */
final class ProductScratch {
  private static final ThreadLocal<ProductScratch> OF_THREAD =
      ThreadLocal.withInitial(ProductScratch::new);

  /** A row of zeros as wide as a kernel's widest result. */
  static final long ZEROS =
      Arena.global().allocate((long) Product.MAX_PANELS * PackedPanels.ROW_BYTES, 64).address();

  /** Bytes of one row of {@link #edge}. */
  static final long EDGE_ROW = (long) Product.MAX_PANELS * PackedPanels.ROW_BYTES;

  private final Arena arena = Arena.ofAuto();
  private final long edge = arena.allocate(Product.MAX_ROWS * EDGE_ROW, 64).address();
  private Arena panelsArena;
  private long panels;
  private long panelsBytes;

  static ProductScratch ofThread() {
    return OF_THREAD.get();
  }

  /** Where a kernel writes when its result is wider than what is left of the product. */
  long edge() {
    return edge;
  }

  /** Memory for packed panels; each call overwrites the one before. */
  long panels(long bytes) {
    if (bytes > panelsBytes) {
      panelsArena = Arena.ofAuto();
      panels = panelsArena.allocate(bytes, 64).address();
      panelsBytes = bytes;
    }
    return panels;
  }
}
