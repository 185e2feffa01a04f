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
 * <p>The heap grows at the end of one reserved range of addresses, so that released activations
 * merge into ranges in which the largest gradient fits. Where the system grants no such range, or
 * when it is full, the heap grows by separate slabs.
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
  private HugePages.Range range;
  private long reservedBytes;

  /**
   * Creates an empty heap.
   *
   * @param arena memory is allocated from it and freed when it closes
   * @param spareBytes readable behind the last block of a slab
   */
  SlabHeap(Arena arena, long spareBytes) {
    this.arena = arena;
    this.spareBytes = spareBytes;
  }

  /** The bytes by which {@link #acquire} would grow the heap for a block; 0 if it fits. */
  long growthFor(long bytes) {
    return bySize.ceiling(new Free(bytes, 0)) == null
        ? Math.max(bytes - freeAtTheEnd(), SLAB_BYTES)
        : 0;
  }

  /** The size of the free range at the end of the reserved range. */
  private long freeAtTheEnd() {
    if (range == null) {
      return 0;
    }
    Map.Entry<Long, Long> last = bytesByAddress.lowerEntry(range.end());
    return last != null && last.getKey() + last.getValue() == range.end() ? last.getValue() : 0;
  }

  /** Acquires a block from the smallest free range that fits; returns its address. */
  long acquire(long bytes) {
    Free place = bySize.ceiling(new Free(bytes, 0));
    if (place == null) {
      grow(bytes);
      return acquire(bytes);
    }
    remove(place.address, place.bytes);
    if (place.bytes > bytes) {
      add(place.address + bytes, place.bytes - bytes);
    }
    return place.address;
  }

  /** Releases a block. Separate slabs are never adjacent, because spare bytes are between them. */
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

  private void grow(long bytes) {
    if (range == null) {
      range = HugePages.reserve(arena, spareBytes);
    }
    long growth = growthFor(bytes);
    if (range.extend(growth)) {
      release(range.end() - growth, growth);
    } else {
      growth = Math.max(bytes, SLAB_BYTES);
      add(HugePages.allocate(arena, growth + spareBytes), growth);
    }
    reservedBytes += growth;
  }

  private void add(long address, long bytes) {
    bytesByAddress.put(address, bytes);
    bySize.add(new Free(bytes, address));
  }

  private void remove(long address, long bytes) {
    bytesByAddress.remove(address);
    bySize.remove(new Free(bytes, address));
  }

  /** Returns the physical memory of free ranges to the system. */
  void trim() {
    bytesByAddress.forEach(HugePages::discard);
  }

  /** Bytes taken from the system. */
  long reservedBytes() {
    return reservedBytes;
  }
}
