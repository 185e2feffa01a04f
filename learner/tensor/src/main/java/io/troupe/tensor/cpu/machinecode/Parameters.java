package io.troupe.tensor.cpu.machinecode;

import io.troupe.tensor.memory.KernelScratch;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The parameters of generated functions: a block of memory for each thread that holds numbers,
 * addresses and masks. A function gets its address in {@link Register#RDI}. All functions share it,
 * so a caller sets everything that the function reads before each call.
 */
public final class Parameters {
  private static final int NUMBERS = 24;
  private static final int MASKS = 8;
  private static final int MASK_BYTES = 64;
  private static final int FIRST_MASK = NUMBERS * Long.BYTES;
  private static final ThreadLocal<Parameters> OF_THREAD = ThreadLocal.withInitial(Parameters::new);

  private final MemorySegment memory =
      KernelScratch.allocate(FIRST_MASK + (long) MASKS * MASK_BYTES);
  private final long address = memory.address();

  private Parameters() {}

  /** The parameters of the current thread. */
  public static Parameters ofThread() {
    return OF_THREAD.get();
  }

  /** Where a function finds number {@code index}, below 24. */
  public static Address number(int index) {
    return Address.at(Register.RDI, index * Long.BYTES);
  }

  /** Where a function finds mask {@code index}, below 8, for {@link VectorAssembler#loadMask}. */
  public static Address mask(int index) {
    return Address.at(Register.RDI, FIRST_MASK + index * MASK_BYTES);
  }

  /** The address of the block. */
  public long address() {
    return address;
  }

  /** Sets a number or an address. */
  public void set(int index, long value) {
    Memory.setLong(address + (long) index * Long.BYTES, value);
  }

  /** Sets a number that functions broadcast as a float. */
  public void setFloat(int index, float value) {
    Memory.setFloat(address + (long) index * Long.BYTES, value);
  }

  /** Sets a number that functions broadcast as a double. */
  public void setDouble(int index, double value) {
    Memory.setDouble(address + (long) index * Long.BYTES, value);
  }

  /** A float that a function has written. */
  public float getFloat(int index) {
    return Memory.getFloat(address + (long) index * Long.BYTES);
  }

  /** A double that a function has written. */
  public double getDouble(int index) {
    return Memory.getDouble(address + (long) index * Long.BYTES);
  }

  /** Sets a mask to lanes {@code [from, to)}, which may be outside of the vector. */
  public void setMask(Isa isa, int index, int from, int to) {
    long at = address + FIRST_MASK + (long) index * MASK_BYTES;
    int first = Math.clamp(from, 0, isa.lanes());
    int end = Math.clamp(to, first, isa.lanes());
    if (isa == Isa.AVX512) {
      Memory.setShort(at, (short) ((1 << end) - (1 << first)));
      return;
    }
    for (int lane = 0; lane < isa.lanes(); lane++) {
      Memory.setInt(at + (long) lane * Integer.BYTES, lane >= first && lane < end ? -1 : 0);
    }
  }
}
