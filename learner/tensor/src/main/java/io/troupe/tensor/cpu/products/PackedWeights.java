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
 * a copy as much memory as the weight. Products with many rows pack in blocks instead, and so do
 * training, which changes the weights after each use, and the first product with a version.
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
    private final long bytes;
    private long panels; // 0 until the copy is made
    private int version;

    Copy(Tensor weight) {
      this.source = weight.address();
      this.outFeatures = weight.size(0);
      this.inFeatures = weight.size(1);
      this.bytes = MemoryPool.blockBytes(PackedPanels.bytes(inFeatures, outFeatures));
      this.version = weight.storage().version();
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
    if (rows >= MANY_ROWS && storage.derived() == null) {
      return 0;
    }
    synchronized (storage) {
      PackedWeights kept = of(weight);
      Copy copy = kept.find(weight);
      if (copy == null) {
        kept.add(new Copy(weight));
        return 0;
      }
      if (copy.panels == 0 && copy.version != storage.version()) {
        copy.version = storage.version();
        return 0;
      }
      return kept.refresh(copy, weight, packing);
    }
  }

  /** The address of the panels of a weight in a long-lived scope, as they are now. */
  public static long panels(Tensor weight, Packing packing) {
    synchronized (weight.storage()) {
      PackedWeights kept = of(weight);
      Copy copy = kept.find(weight);
      return kept.refresh(copy == null ? kept.add(new Copy(weight)) : copy, weight, packing);
    }
  }

  private static PackedWeights of(Tensor weight) {
    Storage storage = weight.storage();
    if (storage.derived() instanceof PackedWeights kept) {
      return kept;
    }
    PackedWeights kept = new PackedWeights(weight.scope().engine().memory());
    storage.derived(kept);
    return kept;
  }

  private Copy find(Tensor weight) {
    for (Copy copy : copies) {
      if (copy.isOf(weight)) {
        return copy;
      }
    }
    return null;
  }

  private Copy add(Copy copy) {
    copies = Arrays.copyOf(copies, copies.length + 1);
    copies[copies.length - 1] = copy;
    return copy;
  }

  private long refresh(Copy copy, Tensor weight, Packing packing) {
    int version = weight.storage().version();
    if (copy.panels == 0 || copy.version != version) {
      if (copy.panels == 0) {
        copy.panels = memory.acquire(copy.bytes, MemoryUse.PACKED_WEIGHTS);
      }
      packing.pack(weight, copy.panels);
      copy.version = version;
    }
    return copy.panels;
  }

  @Override
  public synchronized void close() {
    for (Copy copy : copies) {
      if (copy.panels != 0) {
        memory.release(copy.panels, copy.bytes, MemoryUse.PACKED_WEIGHTS);
      }
    }
    copies = new Copy[0];
  }
}
