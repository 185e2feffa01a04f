package io.troupe.tensor.cpu.vectors;

import static io.troupe.tensor.cpu.machinecode.Address.at;

import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.KernelScratch;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The constants that generated code reads from memory: floats, one after the other.
 *
 * @param register points to the first one
 */
record CodeConstants(VectorAssembler code, Register register) {
  /**
   * Memory for the life of the process.
   *
   * @param count number of constants
   * @param first the first of them; the caller writes the others
   */
  static MemorySegment allocate(int count, float... first) {
    MemorySegment memory = KernelScratch.allocate((long) Float.BYTES * count);
    for (int i = 0; i < first.length; i++) {
      Memory.setFloat(memory.address() + (long) Float.BYTES * i, first[i]);
    }
    return memory;
  }

  /** Loads a constant into all lanes. */
  void load(int target, int index) {
    code.broadcast(target, at(register, Float.BYTES * index));
  }

  /**
   * Continues the evaluation of a polynomial by Horner's method: multiplies by {@code x} and adds
   * the next constant, for the constants from {@code first} to {@code last}.
   *
   * @param value register of the value so far, which is overwritten
   * @param spare another register, which is overwritten
   * @return the register of the result, one of both
   */
  int polynomial(int value, int spare, int x, int first, int last) {
    int result = value;
    int next = spare;
    for (int i = first; i <= last; i++) {
      load(next, i);
      code.multiplyAdd(next, result, x);
      int before = result;
      result = next;
      next = before;
    }
    return result;
  }
}
