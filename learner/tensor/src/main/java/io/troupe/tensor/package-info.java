/**
 * Tensors in pooled native memory, with PyTorch's semantics. Read {@link io.troupe.tensor.Tensor}
 * first, then {@link io.troupe.tensor.Scope}: who owns the memory and when it goes back. What
 * computes is a {@link io.troupe.tensor.backend.Backend}; gradients are in {@code
 * io.troupe.tensor.autograd}.
 */
package io.troupe.tensor;
