package io.troupe.tensor.memory;

import java.lang.foreign.Arena;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Large blocks, cut from slabs where they fit best and joined with their free neighbours when they
 * come back. The shapes of a step change with the lengths of its samples, so blocks of fixed sizes
 * would pile up; what is cut and joined serves the next step whatever its shapes.
 *
 * <p>Sizes are multiples of {@link #GRAIN_BYTES}. Not thread-safe.
 */
final class SlabHeap {
  /** What sizes are rounded up to. */
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
   * A heap without memory.
   *
   * @param arena slabs are taken from it and go back when it closes
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

  /** The address of a block, from the smallest free place that holds it. */
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

  /** Takes a block back. Slabs never touch, as spare bytes lie between them. */
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
