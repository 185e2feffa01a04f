package io.troupe.nn.checkpoint;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;

/**
 * A tensor to be written to a file.
 *
 * @param name its name in the file
 * @param tensor its elements
 * @param transposed whether the file holds the transpose of this matrix
 * @param type its elements' type in the file
 */
public record TensorToWrite(String name, Tensor tensor, boolean transposed, StorageType type) {
  /** Checks that only matrices are transposed. */
  public TensorToWrite {
    if (transposed && tensor.rank() != 2) {
      throw new ShapeException(name + " must be a matrix to be transposed, got " + tensor.shape());
    }
  }

  /** A tensor written as it is. */
  public static TensorToWrite of(String name, Tensor tensor) {
    return new TensorToWrite(name, tensor, false, StorageType.of(tensor.dtype()));
  }

  /** Its sizes in the file. */
  public Shape storedShape() {
    return transposed ? Shape.of(tensor.size(1), tensor.size(0)) : tensor.shape();
  }

  /** Its bytes in the file. */
  public long storedBytes() {
    return Math.multiplyExact(tensor.numel(), type.sizeBytes());
  }

  /** Whether the file's bytes are those in memory. */
  boolean isStoredAsIs() {
    return !transposed && type == StorageType.of(tensor.dtype());
  }
}
