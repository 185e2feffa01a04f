package io.troupe.tensor;

/**
 * The compute device of an {@link Engine}. Its backend ({@code io.troupe.tensor.backend.Backend})
 * extends this interface with the kernels; tensors only need the operations behind their own
 * methods.
 */
public interface Device extends AutoCloseable {
  /** The name for logs and tables, such as "cpu (vector-512, 2 threads)". */
  String name();

  /** The operations behind the methods of {@link Tensor}. */
  TensorOperations operations();

  /** Stops the threads of the device. */
  @Override
  void close();
}
