package io.troupe.nn.vision;

import io.troupe.nn.Module;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * Computes weights and inputs from their name and index. {@code networks.py} uses the same formula,
 * so no weight files are needed for networks of half a gigabyte.
 */
public final class FormulaWeights {
  private FormulaWeights() {}

  /** A number in [0, 1): 24 bits of a hash of the name and the index. */
  private static double uniform(int nameHash, int index) {
    int h = index * 0x9E3779B1 + nameHash;
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    h ^= h >>> 16;
    return (h >>> 8) * 0x1p-24;
  }

  /**
   * Fills the weights: He's range for matrices, around 1 for norms, around 0 for biases and means.
   * The last norm of a bottleneck is smaller and GoogLeNet's norms have larger biases. Otherwise
   * rounding errors would change the sign of ReLU inputs, and even PyTorch's own gradients would
   * differ by several percent between single and double precision.
   */
  public static void fill(Module module) {
    module.stateDict().forEach(FormulaWeights::fill);
  }

  private static void fill(String name, Tensor tensor) {
    if (name.endsWith("num_batches_tracked")) {
      tensor.filli(3);
    } else if (!tensor.dtype().isComputed()) {
      return; // an index, which the module computes
    } else if (tensor.rank() > 1) {
      double bound = Math.sqrt(6.0 / tensor.shape().product(1, tensor.rank()));
      fill(name, tensor, 2 * bound, -bound);
    } else if (name.endsWith("bn3.weight")) {
      fill(name, tensor, 0.25, 0.125);
    } else if (name.endsWith("bn.bias")) {
      fill(name, tensor, 0.4, 1.3);
    } else if (name.endsWith("running_var") || name.endsWith("weight")) {
      fill(name, tensor, 1, 0.5);
    } else {
      fill(name, tensor, 0.4, -0.2);
    }
  }

  private static void fill(String name, Tensor tensor, double factor, double offset) {
    int hash = name.hashCode();
    int numel = Math.toIntExact(tensor.numel());
    float[] values = new float[numel];
    IntStream.range(0, numel)
        .parallel()
        .forEach(i -> values[i] = (float) (uniform(hash, i) * factor + offset));
    tensor.setFloats(values);
  }

  /** Inputs and output gradients, in [-1, 1). */
  public static Tensor numbers(String name, Shape shape) {
    Tensor numbers = Tensor.empty(DType.FLOAT32, shape);
    fill(name, numbers, 2, -1);
    return numbers;
  }
}
