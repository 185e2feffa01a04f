package io.troupe.tensor.cpu.machinecode;

import io.troupe.tensor.memory.Memory;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A generated function of one argument: the address of a block of memory from which it reads its
 * parameters and to which it may write. It stays in memory for the life of the process.
 */
public final class MachineCode {
  @SuppressWarnings("restricted") // generated code is called as native code is
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG), Linker.Option.critical(false));

  private final MemorySegment function;

  private MachineCode(MemorySegment function) {
    this.function = function;
  }

  /** Makes code executable. */
  public static MachineCode of(Assembler assembler) {
    return new MachineCode(Memory.ALL.asSlice(ExecutableMemory.place(assembler.bytes()), 1));
  }

  /**
   * Calls the function. It must be short, at most milliseconds: a garbage collection that starts
   * meanwhile waits for it.
   */
  public void call(long parameters) {
    try {
      CALL.invokeExact(function, parameters);
    } catch (Throwable e) {
      throw new IllegalStateException("generated code must not throw", e);
    }
  }
}
