package io.troupe.tensor.memory;

import java.lang.foreign.Arena;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A heap of large blocks. A block is cut from the smallest free range that fits and merged with
 * adjacent free ranges when it is released. Shapes change from step to step with the lengths of
 * samples, so that blocks of fixed sizes would accumulate.
 *
 * <p>Sizes are multiples of {@link #GRAIN_BYTES}. Not thread-safe.
 */
final class SlabHeap {
  /** Sizes are multiples of this. */
  static final long GRAIN_BYTES = 4096;

  private static final long SLAB_BYTES = 16L << 20;

  private record Free(long bytes, long address) {}

  private final Arena arena;
  private final long spareBytes;
  private final TreeMap<Long, Long> bytesByAddress = new TreeMap<>();
  private final TreeSet<Free> bySize =
      new TreeSet<>(Comparator.comparingLong(Free::bytes).thenComparingLong(Free::address));
  private long reservedBytes;

  /**
   * Creates an empty heap.
   *
   * @param arena slabs are allocated from it and freed when it closes
   * @param spareBytes readable behind the last block of a slab
   */
  SlabHeap(Arena arena, long spareBytes) {
    this.arena = arena;
    this.spareBytes = spareBytes;
  }

  /** The size of the slab that {@link #acquire} would add for a block; 0 if it fits a free one. */
  long slabBytesFor(long bytes) {
    return bySize.ceiling(new Free(bytes, 0)) == null ? Math.max(bytes, SLAB_BYTES) : 0;
  }

  /** Acquires a block from the smallest free range that fits; returns its address. */
  long acquire(long bytes) {
    Free place = bySize.ceiling(new Free(bytes, 0));
    if (place == null) {
      addSlab(slabBytesFor(bytes));
      return acquire(bytes);
    }
    remove(place.address, place.bytes);
    if (place.bytes > bytes) {
      add(place.address + bytes, place.bytes - bytes);
    }
    return place.address;
  }

  /** Releases a block. Slabs are never adjacent, because spare bytes are between them. */
  void release(long address, long bytes) {
    long from = address;
    long to = address + bytes;
    Map.Entry<Long, Long> before = bytesByAddress.lowerEntry(address);
    if (before != null && before.getKey() + before.getValue() == from) {
      from = before.getKey();
      remove(from, before.getValue());
    }
    Long after = bytesByAddress.get(to);
    if (after != null) {
      remove(to, after);
      to += after;
    }
    add(from, to - from);
  }

  private void addSlab(long bytes) {
    add(HugePages.allocate(arena, bytes + spareBytes), bytes);
    reservedBytes += bytes;
  }

  private void add(long address, long bytes) {
    bytesByAddress.put(address, bytes);
    bySize.add(new Free(bytes, address));
  }

  private void remove(long address, long bytes) {
    bytesByAddress.remove(address);
    bySize.remove(new Free(bytes, address));
  }

  /** Bytes of all slabs. */
  long reservedBytes() {
    return reservedBytes;
  }
}
