package io.troupe.tensor;

/**
 * The operation that computed a tensor, as {@code grad_fn} in PyTorch. The implementation is in
 * {@code io.troupe.tensor.autograd}.
 */
public interface GradFn {
  /** The name of the operation. */
  String name();
}
