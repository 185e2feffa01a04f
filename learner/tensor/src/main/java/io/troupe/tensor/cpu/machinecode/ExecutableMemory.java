package io.troupe.tensor.cpu.machinecode;

import io.troupe.tensor.memory.Memory;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Pages that hold generated code. A page is writable until its code is in it, then executable. */
final class ExecutableMemory {
  private static final int PAGE_BYTES = 4096;
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;

  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));

  private static final MethodHandle MPROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private static final byte RETURN = (byte) 0xC3;

  private ExecutableMemory() {}

  /** Whether this is Linux on x86-64 and the system allows executable memory. */
  static boolean isSupported() {
    String system = System.getProperty("os.name", "");
    String processor = System.getProperty("os.arch", "");
    if (!system.equals("Linux") || !processor.equals("amd64")) {
      return false;
    }
    try {
      place(new byte[] {RETURN});
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * Copies code into new pages and makes them executable.
   *
   * @return the address of its first byte
   * @throws IllegalStateException if the system does not allow executable memory
   */
  static long place(byte[] code) {
    long bytes = (code.length + PAGE_BYTES - 1L) / PAGE_BYTES * PAGE_BYTES;
    long address = map(bytes);
    MemorySegment.copy(code, 0, Memory.ALL, ValueLayout.JAVA_BYTE, address, code.length);
    protect(address, bytes);
    return address;
  }

  private static long map(long bytes) {
    try {
      int flags = MAP_PRIVATE | MAP_ANONYMOUS;
      long address = (long) MMAP.invokeExact(0L, bytes, PROT_READ | PROT_WRITE, flags, -1, 0L);
      if (address == -1) {
        throw new IllegalStateException("system must give " + bytes + " bytes for code, gave none");
      }
      return address;
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void protect(long address, long bytes) {
    try {
      if ((int) MPROTECT.invokeExact(address, bytes, PROT_READ | PROT_EXEC) != 0) {
        throw new IllegalStateException("system must allow executable memory, refused it");
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted") // functions of the C library
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
  }
}
