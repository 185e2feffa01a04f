package io.troupe.tensor.cpu.products;

import io.troupe.tensor.memory.KernelScratch;
import java.lang.foreign.MemorySegment;

/** Memory of one thread for the products that it computes; kept for the next ones. */
public final class ProductScratch {
  private static final ThreadLocal<ProductScratch> OF_THREAD =
      ThreadLocal.withInitial(ProductScratch::new);

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
