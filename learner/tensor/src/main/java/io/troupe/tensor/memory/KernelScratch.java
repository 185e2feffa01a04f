package io.troupe.tensor.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Native memory that kernels keep per thread, outside of every {@link MemoryPool}. The bytes of the
 * whole process are counted, so that memory metrics are complete.
 */
public final class KernelScratch {
  private static final AtomicLong BYTES = new AtomicLong();
  private static final Cleaner CLEANER = Cleaner.create();

  private KernelScratch() {}

  /** Allocates memory that is freed once the segment is unreachable; aligned to 64 bytes. */
  public static MemorySegment allocate(long bytes) {
    MemorySegment segment = Arena.ofAuto().allocate(bytes, 64);
    BYTES.addAndGet(bytes);
    CLEANER.register(segment, () -> BYTES.addAndGet(-bytes));
    return segment;
  }

  /** Bytes that the threads of this process keep now. */
  public static long bytes() {
    return BYTES.get();
  }
}
