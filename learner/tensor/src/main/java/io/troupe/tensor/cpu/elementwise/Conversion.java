package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.DType;
import io.troupe.tensor.memory.Memory;

/** Conversion of elements between types. */
public final class Conversion {
  private Conversion() {}

  /** Sets elements {@code [from, end)}. */
  public static void fill(DType type, long out, double value, long from, long end) {
    switch (type) {
      case FLOAT32 -> fill4(out, Float.floatToRawIntBits((float) value), from, end);
      case INT32 -> fill4(out, (int) value, from, end);
      case FLOAT64 -> fill8(out, Double.doubleToRawLongBits(value), from, end);
      case INT64 -> fill8(out, (long) value, from, end);
      case BFLOAT16 -> {
        short bits = bfloat16((float) value);
        for (long i = from; i < end; i++) {
          Memory.setShort(out + 2 * i, bits);
        }
      }
    }
  }

  private static void fill4(long out, int bits, long from, long end) {
    for (long i = from; i < end; i++) {
      Memory.setInt(out + 4 * i, bits);
    }
  }

  private static void fill8(long out, long bits, long from, long end) {
    for (long i = from; i < end; i++) {
      Memory.setLong(out + 8 * i, bits);
    }
  }

  /** Copies elements {@code [from, end)}. */
  static void copy(DType outType, long out, DType type, long a, long from, long end) {
    if (outType == type) {
      long size = type.sizeBytes();
      Memory.copy(out + size * from, a + size * from, size * (end - from));
    } else if (outType == DType.FLOAT32 && type == DType.BFLOAT16) {
      for (long i = from; i < end; i++) {
        Memory.setInt(out + 4 * i, Memory.getShort(a + 2 * i) << 16);
      }
    } else if (outType == DType.BFLOAT16 && type == DType.FLOAT32) {
      for (long i = from; i < end; i++) {
        Memory.setShort(out + 2 * i, bfloat16(Memory.getFloat(a + 4 * i)));
      }
    } else if (outType.isInteger() && type.isInteger()) {
      for (long i = from; i < end; i++) {
        writeInteger(outType, out, i, readInteger(type, a, i));
      }
    } else {
      for (long i = from; i < end; i++) {
        write(outType, out, i, read(type, a, i));
      }
    }
  }

  private static long readInteger(DType type, long a, long i) {
    return type == DType.INT32 ? Memory.getInt(a + 4 * i) : Memory.getLong(a + 8 * i);
  }

  private static void writeInteger(DType type, long out, long i, long value) {
    if (type == DType.INT32) {
      Memory.setInt(out + 4 * i, (int) value);
    } else {
      Memory.setLong(out + 8 * i, value);
    }
  }

  private static double read(DType type, long a, long i) {
    return switch (type) {
      case FLOAT32 -> Memory.getFloat(a + 4 * i);
      case FLOAT64 -> Memory.getDouble(a + 8 * i);
      case BFLOAT16 -> Float.intBitsToFloat(Memory.getShort(a + 2 * i) << 16);
      case INT32, INT64 -> readInteger(type, a, i);
    };
  }

  private static void write(DType type, long out, long i, double value) {
    switch (type) {
      case FLOAT32 -> Memory.setFloat(out + 4 * i, (float) value);
      case FLOAT64 -> Memory.setDouble(out + 8 * i, value);
      case BFLOAT16 -> Memory.setShort(out + 2 * i, bfloat16((float) value));
      case INT32, INT64 -> writeInteger(type, out, i, (long) value);
    }
  }

  /** The upper half of a float, rounded to the nearest, ties to even; NaN stays NaN. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}
