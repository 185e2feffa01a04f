package io.troupe.tensor.nd4j;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Views of tensors as ND4J arrays.
 *
 * <p>Nothing is copied: an ND4J data buffer uses the tensor's memory, so each side sees the writes
 * of the other. ND4J never frees that memory.
 */
public final class NdArrays {
  private NdArrays() {}

  /**
   * Returns a tensor as an array of the same type and shape, in row-major order ('c').
   *
   * <p>The array must not be used after the tensor's scope has released its memory: ND4J cannot
   * detect it. Code that writes through the array must call {@code tensor.storage().changed()}. A
   * tensor without elements gives an array without memory.
   */
  public static INDArray of(Tensor tensor) {
    return of(tensor, tensor.shape());
  }

  /** A tensor as an array of another shape with as many elements. */
  static INDArray of(Tensor tensor, Shape shape) {
    DataType type = typeOf(tensor.dtype());
    long[] sizes = Arrays.stream(shape.sizes()).asLongStream().toArray();
    if (shape.numel() == 0) {
      return Nd4j.create(type, sizes);
    }
    Pointer memory = new TensorMemory(tensor.address(), tensor.numel());
    return Nd4j.create(
        Nd4j.createBuffer(memory, tensor.numel(), type), sizes, rowMajor(sizes), 0, 'c', type);
  }

  /** ND4J's name of an element type. */
  public static DataType typeOf(DType type) {
    return switch (type) {
      case FLOAT32 -> DataType.FLOAT;
      case FLOAT64 -> DataType.DOUBLE;
      case BFLOAT16 -> DataType.BFLOAT16;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
    };
  }

  static long[] rowMajor(long... sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= sizes[i];
    }
    return strides;
  }

  /** The address of a tensor in JavaCPP's form; it owns nothing. */
  private static final class TensorMemory extends Pointer {
    TensorMemory(long address, long elements) {
      super((Pointer) null);
      this.address = address;
      this.limit = elements;
      this.capacity = elements;
    }
  }
}
