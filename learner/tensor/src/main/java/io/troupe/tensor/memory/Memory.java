package io.troupe.tensor.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Raw native memory, addressed by {@code long}.
 *
 * <p>Kernels read and write through {@link #ALL}, one segment that spans the address space and is
 * always alive. As a constant it costs no bounds or liveness check in compiled code, which a
 * segment per tensor does (a third of the time of a small kernel). Tensors check shapes and
 * lifetimes before a kernel gets an address.
 */
public final class Memory {
  /** Every address of the process. */
  @SuppressWarnings("restricted") // the one place that reaches outside Java's heap
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Memory() {}

  /** The float at {@code address}. */
  public static float getFloat(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  /** Writes a float at {@code address}. */
  public static void setFloat(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  /** The double at {@code address}. */
  public static double getDouble(long address) {
    return ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
  }

  /** Writes a double at {@code address}. */
  public static void setDouble(long address, double value) {
    ALL.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
  }

  /** The int at {@code address}. */
  public static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  /** Writes an int at {@code address}. */
  public static void setInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  /** The long at {@code address}. */
  public static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /** Writes a long at {@code address}. */
  public static void setLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /** The short at {@code address}. */
  public static short getShort(long address) {
    return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
  }

  /** Writes a short at {@code address}. */
  public static void setShort(long address, short value) {
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
  }

  /** Copies {@code bytes} bytes; the ranges may overlap. */
  public static void copy(long target, long source, long bytes) {
    MemorySegment.copy(ALL, source, ALL, target, bytes);
  }

  /** Sets {@code bytes} bytes to zero. */
  public static void clear(long address, long bytes) {
    ALL.asSlice(address, bytes).fill((byte) 0);
  }
}
