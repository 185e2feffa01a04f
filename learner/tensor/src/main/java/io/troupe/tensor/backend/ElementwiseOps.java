package io.troupe.tensor.backend;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;

/** Operations on each element. {@code out} may be one of the operands when the shapes are equal. */
public interface ElementwiseOps {
  /** Sets every element; also for integer types. */
  void fill(Tensor out, double value);

  /** Copies the elements, converting between any two types; the numbers of elements are equal. */
  void copy(Tensor out, Tensor a);

  /** {@code out = a op b}; {@code a} and {@code b} broadcast to the shape of {@code out}. */
  void binary(BinaryOp op, Tensor out, Tensor a, Tensor b);

  /** {@code out = a op b} with a scalar {@code b}. */
  void scalar(BinaryOp op, Tensor out, Tensor a, double b);

  /** {@code out = op(a)}. */
  void unary(UnaryOp op, Tensor out, Tensor a);

  /** {@code dx = dy * op'(x)}, where {@code y = op(x)}. */
  void unaryGrad(UnaryOp op, Tensor dx, Tensor dy, Tensor x, Tensor y);

  /** {@code out = op(a)}. */
  void activation(ActivationOp op, Tensor out, Tensor a);

  /** {@code dx = dy * op'(x)}. */
  void activationGrad(ActivationOp op, Tensor dx, Tensor dy, Tensor x);

  /** {@code target += factor * a}, equal shapes. */
  void addScaled(Tensor target, Tensor a, double factor);

  /** {@code out = condition != 0 ? a : b}; the three broadcast to the shape of {@code out}. */
  void where(Tensor out, Tensor condition, Tensor a, Tensor b);

  /** {@code out = silu(gate) * up}, equal shapes (SwiGLU, arXiv:2002.05202). */
  void swiglu(Tensor out, Tensor gate, Tensor up);

  /**
   * The gradients of {@link #swiglu}; {@code dGate} and {@code dUp} are overwritten.
   *
   * @param dGate may be {@code dOut}
   */
  void swigluGrad(Tensor dGate, Tensor dUp, Tensor dOut, Tensor gate, Tensor up);
}
