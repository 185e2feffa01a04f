package io.troupe.tensor;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Native memory that is handed out in blocks and taken back for reuse.
 *
 * <p>Block sizes are rounded up to four classes per power of two, so that a training step finds the
 * blocks of the step before it and asks the system for nothing. Blocks are aligned to 64 bytes (a
 * cache line, and the widest vector) and followed by 64 spare bytes, which a kernel may read but
 * never needs. Contents are undefined.
 *
 * <p>Thread-safe. The memory goes back to the system when the pool is closed; closing twice is
 * harmless.
 */
public final class MemoryPool implements AutoCloseable {
  private static final long SMALLEST_BYTES = 256;
  private static final long SPARE_BYTES = 64;

  private final Arena arena = Arena.ofShared();
  private final Map<Long, ArrayDeque<Long>> free = new TreeMap<>();
  private long reservedBytes;
  private long usedBytes;
  private long peakBytes;
  private boolean closed;

  /** The size of the block that holds {@code bytes}. */
  public static long blockBytes(long bytes) {
    if (bytes <= SMALLEST_BYTES) {
      return SMALLEST_BYTES;
    }
    long quarter = Long.highestOneBit(bytes - 1) >> 2;
    return (bytes + quarter - 1) / quarter * quarter;
  }

  /** The address of a block of {@code blockBytes}, as {@link #blockBytes} rounds it. */
  public synchronized long acquire(long blockBytes) {
    if (closed) {
      throw new IllegalStateException("the memory pool is closed");
    }
    ArrayDeque<Long> blocks = free.get(blockBytes);
    usedBytes += blockBytes;
    peakBytes = Math.max(peakBytes, usedBytes);
    if (blocks != null && !blocks.isEmpty()) {
      return blocks.pop();
    }
    reservedBytes += blockBytes;
    return arena.allocate(blockBytes + SPARE_BYTES, 64).address();
  }

  /** Takes a block back. */
  public synchronized void release(long address, long blockBytes) {
    usedBytes -= blockBytes;
    free.computeIfAbsent(blockBytes, size -> new ArrayDeque<>()).push(address);
  }

  /** Bytes taken from the system so far. */
  public synchronized long reservedBytes() {
    return reservedBytes;
  }

  /** Bytes now in use by tensors. */
  public synchronized long usedBytes() {
    return usedBytes;
  }

  /** The most bytes that were in use at once. */
  public synchronized long peakBytes() {
    return peakBytes;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      free.clear();
      arena.close();
    }
  }
}
