package io.troupe.tensor.memory;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * A pool of native memory blocks. Released blocks are reused, so that a training step allocates
 * nothing from the system after the first one.
 *
 * <p>Small blocks come in four sizes per power of two, each with a stack of free ones. Large blocks
 * are cut from one range and merged again ({@link SlabHeap}), because their sizes change from step
 * to step. Blocks are aligned to 64 bytes (a cache line, and the widest vector) and followed by 64
 * readable bytes. Contents are undefined.
 *
 * <p>Thread-safe. Closing the pool returns the memory to the system; closing twice is harmless.
 */
public final class MemoryPool implements AutoCloseable {
  private static final long SMALLEST_BYTES = 256;
  private static final long LARGEST_SMALL_BYTES = 64 << 10;
  private static final long SPARE_BYTES = 64;

  private final Arena arena = Arena.ofShared();
  private final SlabHeap large = new SlabHeap(arena, SPARE_BYTES);
  private final long limitBytes;
  private final FreeBlocks[] small = new FreeBlocks[sizeClass(LARGEST_SMALL_BYTES) + 1];
  private long reservedSmallBytes;
  private final long[] used = new long[MemoryUse.values().length];
  private final long[] peaks = new long[MemoryUse.values().length];
  private long usedBytes;
  private long peakBytes;
  private boolean closed;

  /** The free blocks of one size. */
  private static final class FreeBlocks {
    private long[] addresses = new long[8];
    private int count;

    void push(long address) {
      if (count == addresses.length) {
        addresses = Arrays.copyOf(addresses, 2 * count);
      }
      addresses[count++] = address;
    }

    long pop() {
      return addresses[--count];
    }
  }

  /** Creates an empty pool without a limit. */
  public MemoryPool() {
    this(Long.MAX_VALUE);
  }

  /**
   * Creates an empty pool.
   *
   * @param limitBytes the most bytes that it reserves from the system, above 0
   */
  public MemoryPool(long limitBytes) {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("memory-limit must be > 0 bytes, got " + limitBytes);
    }
    this.limitBytes = limitBytes;
    Arrays.setAll(small, size -> new FreeBlocks());
  }

  /** 90 % of the memory of the machine, or of the container that this process runs in. */
  public static long defaultLimitBytes() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getTotalMemorySize() / 10 * 9;
  }

  /** The size of the block that holds {@code bytes}. */
  public static long blockBytes(long bytes) {
    if (bytes <= SMALLEST_BYTES) {
      return SMALLEST_BYTES;
    }
    long quarter = Long.highestOneBit(bytes - 1) >> 2;
    long grain = bytes <= LARGEST_SMALL_BYTES ? quarter : SlabHeap.GRAIN_BYTES;
    return (bytes + grain - 1) / grain * grain;
  }

  /** The index of a small block's size class. */
  private static int sizeClass(long blockBytes) {
    int power = 63 - Long.numberOfLeadingZeros(blockBytes - 1);
    int quarter = (int) (blockBytes - (1L << power) >> power - 2);
    return blockBytes == SMALLEST_BYTES ? 0 : 4 * (power - 8) + quarter;
  }

  /**
   * Acquires a block.
   *
   * @param blockBytes size as {@link #blockBytes} rounds it
   * @param use what the block will hold
   * @return the address of the block
   * @throws MemoryLimitException if the pool would reserve more than its limit
   */
  public synchronized long acquire(long blockBytes, MemoryUse use) {
    if (closed) {
      throw new IllegalStateException("the memory pool is closed");
    }
    long address =
        blockBytes > LARGEST_SMALL_BYTES ? acquireLarge(blockBytes) : acquireSmall(blockBytes);
    int i = use.ordinal();
    used[i] += blockBytes;
    peaks[i] = Math.max(peaks[i], used[i]);
    usedBytes += blockBytes;
    peakBytes = Math.max(peakBytes, usedBytes);
    return address;
  }

  private long acquireLarge(long blockBytes) {
    requireWithinLimit(large.growthFor(blockBytes), blockBytes);
    return large.acquire(blockBytes);
  }

  private long acquireSmall(long blockBytes) {
    FreeBlocks free = small[sizeClass(blockBytes)];
    if (free.count > 0) {
      return free.pop();
    }
    requireWithinLimit(blockBytes, blockBytes);
    reservedSmallBytes += blockBytes;
    return arena.allocate(blockBytes + SPARE_BYTES, 64).address();
  }

  private void requireWithinLimit(long newBytes, long blockBytes) {
    if (newBytes > 0 && newBytes > limitBytes - reservedBytes()) {
      throw new MemoryLimitException(limitBytes, blockBytes, newBytes, usedBytes, reservedBytes());
    }
  }

  /** Releases a block that was acquired for {@code use}. */
  public synchronized void release(long address, long blockBytes, MemoryUse use) {
    used[use.ordinal()] -= blockBytes;
    usedBytes -= blockBytes;
    if (closed) {
      return;
    }
    if (blockBytes > LARGEST_SMALL_BYTES) {
      large.release(address, blockBytes);
    } else {
      small[sizeClass(blockBytes)].push(address);
    }
  }

  /**
   * Returns the physical memory of large free blocks to the system, after work that needed more
   * memory than the work that follows. The blocks stay reserved.
   */
  public synchronized void trim() {
    if (!closed) {
      large.trim();
    }
  }

  /** The most bytes that the pool reserves; {@link Long#MAX_VALUE} without a limit. */
  public long limitBytes() {
    return limitBytes;
  }

  /** Bytes taken from the system so far. */
  public synchronized long reservedBytes() {
    return reservedSmallBytes + large.reservedBytes();
  }

  /** Bytes now in use by tensors. */
  public synchronized long usedBytes() {
    return usedBytes;
  }

  /** The most bytes that were in use at once. */
  public synchronized long peakBytes() {
    return peakBytes;
  }

  /** Bytes now in use for one purpose. */
  public synchronized long usedBytes(MemoryUse use) {
    return used[use.ordinal()];
  }

  /** The most bytes that were in use for one purpose at once. */
  public synchronized long peakBytes(MemoryUse use) {
    return peaks[use.ordinal()];
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }
}
