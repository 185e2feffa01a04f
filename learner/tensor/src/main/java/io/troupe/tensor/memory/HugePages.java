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

  /** System calls, with the constants of Linux. */
  private static final class Linux {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
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
      try {
        long address =
            (long)
                MMAP.invokeExact(
                    MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        if (address == -1) {
          throw new OutOfMemoryError("the system has no " + bytes + " bytes for tensors");
        }
        return address;
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    /** Only an advice: if the system ignores it, pages stay small. */
    static void adviseHugePages(long address, long bytes) {
      try {
        int _ = (int) MADVISE.invokeExact(MemorySegment.ofAddress(address), bytes, MADV_HUGEPAGE);
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
