package io.troupe.nn.checkpoint;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Converts elements between files and tensors. Files are little-endian. */
final class Elements {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int CHUNK_ELEMENTS = 16 * 1024;

  private Elements() {}

  /** The position of each element of a tensor among the stored ones. */
  @FunctionalInterface
  private interface Order {
    long stored(long index);
  }

  /** Overwrites a tensor with as many stored elements. */
  static void read(MemorySegment stored, StorageType type, Tensor target) {
    if (StorageType.of(target.dtype()) == type
        && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      target.setBytes(0, stored.asSlice(0, target.sizeBytes()));
    } else if (target.dtype() == DType.FLOAT32 && type == StorageType.BF16) {
      readBf16(stored, target);
    } else {
      convert(stored, type, index -> index, target);
    }
  }

  private static void readBf16(MemorySegment stored, Tensor target) {
    int[] chunk = new int[CHUNK_ELEMENTS];
    MemorySegment bytes = MemorySegment.ofArray(chunk);
    for (long from = 0; from < target.numel(); from += CHUNK_ELEMENTS) {
      int count = (int) Math.min(CHUNK_ELEMENTS, target.numel() - from);
      for (int i = 0; i < count; i++) {
        chunk[i] = stored.get(SHORT, 2 * (from + i)) << 16;
      }
      target.setBytes(4 * from, bytes.asSlice(0, 4L * count));
    }
  }

  /** Overwrites a (columns, rows) tensor with the transpose of stored (rows, columns) elements. */
  static void readTransposed(MemorySegment stored, StorageType type, Tensor target) {
    int columns = target.size(0);
    int rows = target.size(1);
    convert(stored, type, index -> index % rows * columns + index / rows, target);
  }

  /** Converts the elements of a tensor, a chunk at a time. */
  private static void convert(MemorySegment stored, StorageType type, Order order, Tensor target) {
    int size = target.dtype().sizeBytes();
    MemorySegment chunk = MemorySegment.ofArray(new byte[CHUNK_ELEMENTS * size]);
    for (long from = 0; from < target.numel(); from += CHUNK_ELEMENTS) {
      int count = (int) Math.min(CHUNK_ELEMENTS, target.numel() - from);
      for (int i = 0; i < count; i++) {
        convertElement(stored, type, order.stored(from + i), target.dtype(), chunk, i);
      }
      target.setBytes(from * size, chunk.asSlice(0, (long) count * size));
    }
  }

  private static void convertElement(
      MemorySegment stored, StorageType type, long from, DType dtype, MemorySegment to, int i) {
    switch (dtype) {
      case FLOAT32 ->
          to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, (float) readDouble(stored, type, from));
      case FLOAT64 ->
          to.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8L * i, readDouble(stored, type, from));
      case BFLOAT16 ->
          to.set(
              ValueLayout.JAVA_SHORT_UNALIGNED,
              2L * i,
              toBf16((float) readDouble(stored, type, from)));
      case INT32 ->
          to.set(
              ValueLayout.JAVA_INT_UNALIGNED,
              4L * i,
              Math.toIntExact(readLong(stored, type, from)));
      case INT64 -> to.set(ValueLayout.JAVA_LONG_UNALIGNED, 8L * i, readLong(stored, type, from));
    }
  }

  /** The first {@code count} elements as floats. */
  static float[] floats(MemorySegment stored, StorageType type, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) readDouble(stored, type, i);
    }
    return values;
  }

  /**
   * The first {@code count} elements, of a whole-number type.
   *
   * @throws ArithmeticException if one does not fit
   */
  static int[] ints(MemorySegment stored, StorageType type, int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = Math.toIntExact(readLong(stored, type, i));
    }
    return values;
  }

  private static double readDouble(MemorySegment stored, StorageType type, long index) {
    return switch (type) {
      case F64 -> Double.longBitsToDouble(stored.get(LONG, 8 * index));
      case F32 -> Float.intBitsToFloat(stored.get(INT, 4 * index));
      case F16 -> Float.float16ToFloat(stored.get(SHORT, 2 * index));
      case BF16 -> Float.intBitsToFloat(stored.get(SHORT, 2 * index) << 16);
      case I64, I32, U8, BOOL -> readLong(stored, type, index);
    };
  }

  private static long readLong(MemorySegment stored, StorageType type, long index) {
    return switch (type) {
      case I64 -> stored.get(LONG, 8 * index);
      case I32 -> stored.get(INT, 4 * index);
      case U8, BOOL -> stored.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
      case F64, F32, F16, BF16 -> (long) readDouble(stored, type, index);
    };
  }

  /** Writes the elements {@code [from, from + count)} of the stored order. */
  static void write(
      Tensor source, boolean transposed, StorageType type, long from, int count, MemorySegment to) {
    long rows = transposed ? source.size(1) : 0; // of the stored matrix, (rows, columns)
    long columns = transposed ? source.size(0) : 0;
    for (int i = 0; i < count; i++) {
      long stored = from + i;
      long index = transposed ? stored % columns * rows + stored / columns : stored;
      writeElement(source, index, type, to, i);
    }
  }

  private static void writeElement(
      Tensor source, long index, StorageType type, MemorySegment to, long i) {
    switch (type) {
      case F64 -> to.set(LONG, 8 * i, Double.doubleToRawLongBits(source.get(index)));
      case F32 -> to.set(INT, 4 * i, Float.floatToRawIntBits((float) source.get(index)));
      case F16 -> to.set(SHORT, 2 * i, Float.floatToFloat16((float) source.get(index)));
      case BF16 -> to.set(SHORT, 2 * i, toBf16((float) source.get(index)));
      case I64 -> to.set(LONG, 8 * i, wholeNumber(source, index));
      case I32 -> to.set(INT, 4 * i, Math.toIntExact(wholeNumber(source, index)));
      case U8, BOOL -> to.set(ValueLayout.JAVA_BYTE, i, (byte) wholeNumber(source, index));
    }
  }

  private static long wholeNumber(Tensor source, long index) {
    return source.dtype() == DType.INT64 ? source.getLong(index) : (long) source.get(index);
  }

  /** Rounds to nearest, ties to even, as PyTorch does; a NaN stays one. */
  static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
