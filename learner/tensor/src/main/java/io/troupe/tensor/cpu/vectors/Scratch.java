package io.troupe.tensor.cpu.vectors;

import io.troupe.tensor.memory.KernelScratch;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Native scratch memory of a thread for values that a kernel keeps between two passes. It grows to
 * the largest request and is freed after the thread has ended.
 */
public final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);
  private static final int SLOTS = 8;

  /** The slot of a number that is an operand; the ones below hold the last elements of a loop. */
  public static final int SCALAR = 4;

  private final MemorySegment slots = KernelScratch.allocate(SLOTS * 64L);
  private MemorySegment memory = MemorySegment.NULL;

  private Scratch() {}

  /** The scratch memory of this thread. */
  public static Scratch ofThread() {
    return OF_THREAD.get();
  }

  /**
   * The address of {@code bytes} bytes of undefined contents, valid until the thread's next call.
   */
  public long reserve(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = KernelScratch.allocate(bytes + bytes / 2);
    }
    return memory.address();
  }

  /** The address of slot {@code slot}, one vector long. */
  public long slot(int slot) {
    return slots.address() + slot * 64L;
  }

  /** Fills a slot with copies of the float at {@code address}. */
  public long repeat(int slot, long address) {
    return repeat(slot, Memory.getFloat(address));
  }

  /** Fills a slot with copies of a float. */
  public long repeat(int slot, float value) {
    long at = slot(slot);
    Lanes.store(Lanes.all(value), at);
    return at;
  }
}
