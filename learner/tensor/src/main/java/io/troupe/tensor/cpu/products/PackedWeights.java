package io.troupe.tensor.cpu.products;

import io.troupe.tensor.GradMode;
import io.troupe.tensor.Storage;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.memory.MemoryUse;
import java.util.Arrays;

/**
 * The packed copies of the weights that live in one storage: usually one, more when layers use
 * parts of it. A copy is made on first use and again when the contents have changed.
 *
 * <p>A copy pays where products with few rows repeat: packing costs about as much as ten rows, and
 * a copy as much memory as the weight. Products with many rows pack in blocks instead, and so does
 * training, which changes the weights after each use.
 *
 * <p>Several threads may use a weight at once, as long as none changes it at the same time.
 */
public final class PackedWeights implements Storage.Derived {
  /** From so many rows on, packing costs less than a twentieth of the product. */
  private static final int MANY_ROWS = 256;

  /** The same in training, which packs each weight once per step with or without a copy. */
  private static final int MANY_TRAINED_ROWS = 16;

  private final MemoryPool memory;
  private Copy[] copies = {};

  private PackedWeights(MemoryPool memory) {
    this.memory = memory;
  }

  /** Packs a weight. */
  public interface Packing {
    /** Packs {@code weight} (outFeatures, inFeatures) into panels at {@code target}. */
    void pack(Tensor weight, long target);
  }

  private static final class Copy {
    private final long source;
    private final int outFeatures;
    private final int inFeatures;
    private final long panels;
    private final long bytes;
    private volatile int version;

    Copy(Tensor weight, long panels, long bytes) {
      this.source = weight.address();
      this.outFeatures = weight.size(0);
      this.inFeatures = weight.size(1);
      this.panels = panels;
      this.bytes = bytes;
    }

    boolean isOf(Tensor weight) {
      return source == weight.address()
          && outFeatures == weight.size(0)
          && inFeatures == weight.size(1);
    }
  }

  /**
   * The address of the panels for a product with so many rows; 0 if the product should pack the
   * weight itself.
   */
  static long panels(Tensor weight, int rows, Packing packing) {
    Storage storage = weight.storage();
    if (storage.replacement() instanceof PackedStorage packed) {
      return packed.panels();
    }
    if (!storage.isLongLived()) {
      return 0;
    }
    boolean trained = weight.requiresGrad() && GradMode.isEnabled();
    if (trained && rows >= MANY_TRAINED_ROWS) {
      storage.derived(null); // of an evaluation: it will be stale
      return 0;
    }
    return rows < MANY_ROWS || storage.derived() != null ? panels(weight, packing) : 0;
  }

  /** The address of the panels of a weight in a long-lived scope, as they are now. */
  public static long panels(Tensor weight, Packing packing) {
    Storage storage = weight.storage();
    synchronized (storage) {
      PackedWeights kept;
      if (storage.derived() instanceof PackedWeights before) {
        kept = before;
      } else {
        kept = new PackedWeights(weight.scope().engine().memory());
        storage.derived(kept);
      }
      return kept.copy(weight, packing).panels;
    }
  }

  private Copy copy(Tensor weight, Packing packing) {
    int version = weight.storage().version();
    for (Copy copy : copies) {
      if (copy.isOf(weight)) {
        if (copy.version != version) {
          packing.pack(weight, copy.panels);
          copy.version = version;
        }
        return copy;
      }
    }
    return add(weight, packing, version);
  }

  private Copy add(Tensor weight, Packing packing, int version) {
    long bytes = MemoryPool.blockBytes(PackedPanels.bytes(weight.size(1), weight.size(0)));
    Copy copy = new Copy(weight, memory.acquire(bytes, MemoryUse.PACKED_WEIGHTS), bytes);
    packing.pack(weight, copy.panels);
    copy.version = version;
    copies = Arrays.copyOf(copies, copies.length + 1);
    copies[copies.length - 1] = copy;
    return copy;
  }

  @Override
  public synchronized void close() {
    for (Copy copy : copies) {
      memory.release(copy.panels, copy.bytes, MemoryUse.PACKED_WEIGHTS);
    }
    copies = new Copy[0];
  }
}
