package io.troupe.tensor;

import io.troupe.tensor.memory.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Conversion between the elements of a tensor and Java numbers. */
final class Elements {
  private Elements() {}

  /** Element {@code index}, converted to double. */
  static double get(DType dtype, long address, long index) {
    long at = address + index * dtype.sizeBytes();
    return switch (dtype) {
      case FLOAT32 -> Memory.getFloat(at);
      case FLOAT64 -> Memory.getDouble(at);
      case BFLOAT16 -> Float.intBitsToFloat(Memory.getShort(at) << 16);
      case INT32 -> Memory.getInt(at);
      case INT64 -> Memory.getLong(at);
    };
  }

  /** The element of a tensor that has exactly one. */
  static double only(Tensor tensor) {
    if (tensor.numel() != 1) {
      throw new ShapeException(
          "item() must be called on a tensor of one element, got shape " + tensor.shape());
    }
    return tensor.get(0);
  }

  static float[] toFloats(DType dtype, long address, int length) {
    float[] elements = new float[length];
    for (int i = 0; i < length; i++) {
      elements[i] = (float) get(dtype, address, i);
    }
    return elements;
  }

  static double[] toDoubles(DType dtype, long address, int length) {
    double[] elements = new double[length];
    for (int i = 0; i < length; i++) {
      elements[i] = get(dtype, address, i);
    }
    return elements;
  }

  static int[] toInts(DType dtype, long address, int length) {
    int[] elements = new int[length];
    for (int i = 0; i < length; i++) {
      elements[i] = (int) get(dtype, address, i);
    }
    return elements;
  }

  static void write(long address, float[] elements) {
    MemorySegment.copy(
        elements, 0, Memory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, address, elements.length);
  }

  /** Overwrites FLOAT32 or FLOAT64 elements. */
  static void write(DType dtype, long address, float[] elements) {
    if (dtype == DType.FLOAT32) {
      write(address, elements);
    } else {
      for (int i = 0; i < elements.length; i++) {
        Memory.setDouble(address + 8L * i, elements[i]);
      }
    }
  }

  static void write(long address, double[] elements) {
    MemorySegment.copy(
        elements, 0, Memory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, address, elements.length);
  }

  static void write(long address, int[] elements) {
    MemorySegment.copy(
        elements, 0, Memory.ALL, ValueLayout.JAVA_INT_UNALIGNED, address, elements.length);
  }

  static void write(long address, long[] elements) {
    MemorySegment.copy(
        elements, 0, Memory.ALL, ValueLayout.JAVA_LONG_UNALIGNED, address, elements.length);
  }

  /** Overwrites a tensor with the elements of another, converting the type. */
  static void copy(Tensor target, Tensor source) {
    if (source.numel() != target.numel()) {
      throw new ShapeException(
          "copyFrom of " + target.shape() + " must get as many elements, got " + source.shape());
    }
    if (source.dtype() == target.dtype()) {
      Memory.copy(target.address(), source.address(), target.sizeBytes());
    } else {
      target.operations().convert(target, source);
    }
  }

  /** Type, shape and, when there are few, the elements. */
  static String describe(Tensor tensor) {
    String kind = "Tensor " + tensor.dtype() + " " + tensor.shape();
    return tensor.numel() > 16 || tensor.storage().isReleased()
        ? kind
        : kind + " " + Arrays.toString(tensor.toDoubles());
  }
}
