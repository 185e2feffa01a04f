package io.troupe.training.supervised;

import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;

/** The arrays of a mini-batch as tensors in the current scope. */
public final class BatchTensors {
  private BatchTensors() {}

  /** An array as FLOAT32 or INT32, as it is. */
  public static Tensor of(MiniBatch batch, String name) {
    return switch (batch.array(name)) {
      case ArrayData.Floats(float[] values, int[] sizes) -> Tensor.of(values, sizes);
      case ArrayData.Ints(int[] values, int[] sizes) -> Tensor.of(values, sizes);
    };
  }

  /** Whether the batch holds an array of this name. */
  public static boolean has(MiniBatch batch, String name) {
    return batch.arrays().containsKey(name);
  }
}
