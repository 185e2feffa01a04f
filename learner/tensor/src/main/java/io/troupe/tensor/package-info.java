/**
 * Tensors in pooled native memory, with PyTorch's semantics. Read {@link io.troupe.tensor.Tensor}
 * first, then {@link io.troupe.tensor.Scope}, which owns the memory of tensors and releases it.
 * Depends on {@code io.troupe.tensor.memory} only: kernels are in {@code io.troupe.tensor.backend}
 * and its implementations, gradients in {@code io.troupe.tensor.autograd}.
 */
package io.troupe.tensor;
