package io.troupe.tensor.cpu.products;

import io.troupe.tensor.DType;
import io.troupe.tensor.Storage;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;
import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.memory.MemoryUse;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Panels that replace the row-major memory of a weight (outFeatures, inFeatures): the weights of a
 * model that only decodes exist once. A row of the weight is a column of a panel.
 *
 * <p>Reads and writes by bytes convert between the layouts, so that weights can still be loaded,
 * received and looked up. Writing while a product reads is not allowed, as for any tensor.
 */
final class PackedStorage implements Storage.Replacement {
  private static final int SIZE = Float.BYTES;

  private final MemoryPool memory;
  private final int inFeatures;
  private final long panels;
  private final long bytes;

  private PackedStorage(MemoryPool memory, int inFeatures, long panels, long bytes) {
    this.memory = memory;
    this.inFeatures = inFeatures;
    this.panels = panels;
    this.bytes = bytes;
  }

  /** Replaces the memory of a FLOAT32 weight that has its storage for itself. */
  static void replace(Tensor weight, PackedWeights.Packing packing) {
    Storage storage = weight.storage();
    MemoryPool memory = weight.scope().engine().memory();
    long bytes = MemoryPool.blockBytes(PackedPanels.bytes(weight.size(1), weight.size(0)));
    long panels = memory.acquire(bytes, MemoryUse.WEIGHTS);
    packing.pack(weight, panels);
    storage.replaceBy(new PackedStorage(memory, weight.size(1), panels, bytes));
  }

  /** Whether a weight can be replaced. */
  static boolean isPossible(Tensor weight) {
    return weight.dtype() == DType.FLOAT32
        && weight.rank() == 2
        && weight.storage().isLongLived()
        && weight.storage().replacement() == null
        && weight.storage().isWhole(weight);
  }

  /** The address of the panels. */
  long panels() {
    return panels;
  }

  @Override
  public void read(long offsetBytes, MemorySegment target) {
    long numel = target.byteSize() / SIZE;
    long element = offsetBytes / SIZE;
    for (long i = 0; i < numel; ) {
      int count = (int) Math.min(numel - i, inFeatures - element % inFeatures);
      long from = address(element);
      for (int p = 0; p < count; p++) {
        float value = Memory.getFloat(from + (long) p * PackedPanels.ROW_BYTES);
        target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (i + p) * SIZE, value);
      }
      i += count;
      element += count;
    }
  }

  @Override
  public void write(long offsetBytes, MemorySegment source) {
    if (offsetBytes % SIZE != 0 || source.byteSize() % SIZE != 0) {
      throw new IllegalArgumentException(
          "bytes written to a packed weight must be whole floats, got %d at byte %d"
              .formatted(source.byteSize(), offsetBytes));
    }
    long numel = source.byteSize() / SIZE;
    long element = offsetBytes / SIZE;
    for (long i = 0; i < numel; ) {
      MemorySegment rest = source.asSlice(i * SIZE);
      int rows = (int) Math.min((numel - i) / inFeatures, rowsToPanelEnd(element));
      long count =
          element % inFeatures == 0 && rows > 0
              ? writeRows(element, rows, rest)
              : writeElements(
                  element, Math.min(numel - i, inFeatures - element % inFeatures), rest);
      i += count;
      element += count;
    }
  }

  private long rowsToPanelEnd(long element) {
    return PackedPanels.COLUMNS - element / inFeatures % PackedPanels.COLUMNS;
  }

  /** Writes whole rows of one panel; returns the number of elements. */
  private long writeRows(long element, int rows, MemorySegment source) {
    long rowBytes = (long) inFeatures * SIZE;
    long copy = Scratch.ofThread().reserve(rows * rowBytes);
    MemorySegment.copy(source, 0, Memory.ALL, copy, rows * rowBytes);
    Transposition.run(copy, rowBytes, rows, inFeatures, address(element), PackedPanels.ROW_BYTES);
    return (long) rows * inFeatures;
  }

  /** Writes elements of one row; returns their number. */
  private long writeElements(long element, long count, MemorySegment source) {
    long to = address(element);
    for (long i = 0; i < count; i++) {
      float value = source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * SIZE);
      Memory.setFloat(to + i * PackedPanels.ROW_BYTES, value);
    }
    return count;
  }

  /** The address of an element of the row-major weight. */
  private long address(long element) {
    long row = element / inFeatures;
    long column = element % inFeatures;
    long panel = row / PackedPanels.COLUMNS;
    return panels
        + (panel * inFeatures + column) * PackedPanels.ROW_BYTES
        + row % PackedPanels.COLUMNS * SIZE;
  }

  @Override
  public void close() {
    memory.release(panels, bytes, MemoryUse.WEIGHTS);
  }
}
