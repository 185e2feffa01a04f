package io.troupe.tensor.cpu.products;

import io.troupe.tensor.memory.KernelScratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory of one thread for the products that it computes; kept for the next ones. */
public final class ProductScratch {
  private static final ThreadLocal<ProductScratch> OF_THREAD =
      ThreadLocal.withInitial(ProductScratch::new);

  /** A row of zeros as wide as a row of {@link #sums}. */
  public static final long ZEROS =
      Arena.global().allocate((long) Product.MAX_PANELS * PackedPanels.ROW_BYTES, 64).address();

  /** Bytes from one row of {@link #sums} to the next. */
  public static final long SUMS_ROW_BYTES = (long) Product.MAX_PANELS * PackedPanels.ROW_BYTES;

  private final Block sums = new Block();
  private final Block rows = new Block();
  private final Block panels = new Block();
  private final Block images = new Block();
  private final Block inputs = new Block();

  private static final class Block {
    private MemorySegment memory = MemorySegment.NULL;
    private long address;

    long atLeast(long wanted) {
      if (wanted > memory.byteSize()) {
        memory = KernelScratch.allocate(wanted);
        address = memory.address();
      }
      return address;
    }
  }

  public static ProductScratch ofThread() {
    return OF_THREAD.get();
  }

  /** Where a kernel leaves its sums. */
  public long sums() {
    return sums.atLeast(Tiles.ROWS * SUMS_ROW_BYTES);
  }

  /** Memory for rows of the left operand; each call overwrites the one before. */
  public long rows(long bytes) {
    return rows.atLeast(bytes);
  }

  /** Memory for packed panels of the right operand; each call overwrites the one before. */
  public long panels(long bytes) {
    return panels.atLeast(bytes);
  }

  /** Memory for images that sums are added to; each call overwrites the one before. */
  public long images(long bytes) {
    return images.atLeast(bytes);
  }

  /** Memory for rows of images that are read; each call overwrites the one before. */
  public long inputs(long bytes) {
    return inputs.atLeast(bytes);
  }
}
