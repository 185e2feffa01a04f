package io.troupe.tensor.memory;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory that Linux is advised to back with huge pages: the first pass over a tensor takes one page
 * fault instead of 512, and long strides cause fewer TLB misses. Untouched pages use no physical
 * memory. Other systems return ordinary memory.
 */
final class HugePages {
  private static final long BYTES = 2 << 20;
  private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

  /** Addresses cost nothing: more than any machine's memory, and few enough for many pools. */
  private static final long RESERVED_BYTES = 256L << 30;

  private HugePages() {}

  /**
   * Allocates memory aligned to 64 bytes; contents are undefined. Returns its address.
   *
   * @param arena frees the memory when it closes
   */
  @SuppressWarnings("restricted") // the segment stands for memory that was just mapped
  static long allocate(Arena arena, long bytes) {
    if (!IS_LINUX) {
      return arena.allocate(bytes, 64).address();
    }
    long mapped = bytes + BYTES; // room to start where a huge page does
    long address = Linux.map(mapped);
    MemorySegment.ofAddress(address)
        .reinterpret(mapped, arena, segment -> Linux.unmap(segment.address(), mapped));
    long aligned = (address + BYTES - 1) & -BYTES;
    Linux.adviseHugePages(aligned, bytes);
    return aligned;
  }

  /**
   * Reserves a range of addresses that takes no memory yet.
   *
   * @param arena frees the memory when it closes
   * @param spareBytes readable behind the end of the range
   */
  static Range reserve(Arena arena, long spareBytes) {
    long bytes = IS_LINUX ? RESERVED_BYTES : 0;
    long address = bytes == 0 ? -1 : Linux.reserve(bytes + BYTES + spareBytes);
    return address == -1 ? new Range(0, 0) : rangeAt(arena, address, bytes, BYTES + spareBytes);
  }

  @SuppressWarnings("restricted") // the segment stands for memory that was just mapped
  private static Range rangeAt(Arena arena, long address, long bytes, long moreBytes) {
    MemorySegment.ofAddress(address)
        .reinterpret(
            bytes + moreBytes, arena, segment -> Linux.unmap(segment.address(), bytes + moreBytes));
    long aligned = (address + BYTES - 1) & -BYTES;
    return new Range(aligned, aligned + bytes);
  }

  /**
   * Returns the physical memory of whole huge pages to the system; the addresses stay usable, with
   * undefined contents.
   */
  static void discard(long address, long bytes) {
    long from = (address + BYTES - 1) & -BYTES;
    long to = (address + bytes) & -BYTES;
    if (IS_LINUX && to > from) {
      Linux.discard(from, to - from);
    }
  }

  /** A reserved range of addresses whose front part is in use. Not thread-safe. */
  static final class Range {
    private final long limit;
    private long end;

    private Range(long start, long limit) {
      this.end = start;
      this.limit = limit;
    }

    /** The end of the part in use. */
    long end() {
      return end;
    }

    /** Extends the part in use; returns false, and does nothing, if the range is too short. */
    boolean extend(long bytes) {
      if (bytes > limit - end) {
        return false;
      }
      long advised = end & -BYTES; // the huge page at the old end grows with the new part
      Linux.adviseHugePages(advised, end + bytes - advised);
      end += bytes;
      return true;
    }
  }

  /** System calls, with the constants of Linux. */
  private static final class Linux {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;
    private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;
    private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle MMAP =
        call("mmap", FunctionDescriptor.of(SIZE, ADDRESS, SIZE, INT, INT, INT, SIZE));
    private static final MethodHandle MUNMAP =
        call("munmap", FunctionDescriptor.of(INT, ADDRESS, SIZE));
    private static final MethodHandle MADVISE =
        call("madvise", FunctionDescriptor.of(INT, ADDRESS, SIZE, INT));

    @SuppressWarnings("restricted") // three calls of the C library
    private static MethodHandle call(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    static long map(long bytes) {
      long address = map(bytes, MAP_PRIVATE_ANONYMOUS);
      if (address == -1) {
        throw new OutOfMemoryError("the system has no " + bytes + " bytes for tensors");
      }
      return address;
    }

    /** Maps addresses without a claim on memory; returns -1 where the system refuses. */
    static long reserve(long bytes) {
      return map(bytes, MAP_PRIVATE_ANONYMOUS | MAP_NORESERVE);
    }

    private static long map(long bytes, int flags) {
      try {
        return (long) MMAP.invokeExact(MemorySegment.NULL, bytes, PROT_READ_WRITE, flags, -1, 0L);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    /** Only an advice: if the system ignores it, pages stay small. */
    static void adviseHugePages(long address, long bytes) {
      advise(address, bytes, MADV_HUGEPAGE);
    }

    /** Only an advice: if the system ignores it, pages stay resident. */
    static void discard(long address, long bytes) {
      advise(address, bytes, MADV_DONTNEED);
    }

    private static void advise(long address, long bytes, int advice) {
      try {
        int _ = (int) MADVISE.invokeExact(MemorySegment.ofAddress(address), bytes, advice);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    static void unmap(long address, long bytes) {
      try {
        int _ = (int) MUNMAP.invokeExact(MemorySegment.ofAddress(address), bytes);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    private static RuntimeException unexpected(Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      return new IllegalStateException(e);
    }
  }
}
