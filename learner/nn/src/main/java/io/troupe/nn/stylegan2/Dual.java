package io.troupe.nn.stylegan2;

import io.troupe.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A value with its derivative along one direction of the inputs (forward mode). Both are recorded,
 * so that a backward pass through the derivative gives second derivatives: for a function f of x
 * with parameters p and fixed vectors u and v, the gradient of {@code u . df/dx v} with respect to
 * p is that of {@code v . (u . df/dx)}, the gradient of f along v.
 *
 * @param value the value
 * @param tangent its derivative, of the same shape; null if it is 0, as in ordinary passes
 */
public record Dual(Tensor value, Tensor tangent) {
  /** A value that does not depend on the direction. */
  public static Dual constant(Tensor value) {
    return new Dual(value, null);
  }

  /** The result of a linear function. */
  Dual linear(UnaryOperator<Tensor> function) {
    return new Dual(function.apply(value), tangent == null ? null : function.apply(tangent));
  }

  /** The sum with a constant, which is broadcast. */
  Dual add(Tensor constant) {
    return new Dual(value.add(constant), tangent);
  }

  /** The sum. */
  Dual add(Dual other) {
    Tensor sum = tangent == null ? other.tangent : tangent;
    if (tangent != null && other.tangent != null) {
      sum = tangent.add(other.tangent);
    }
    return new Dual(value.add(other.value), sum);
  }

  /** The product with a constant, which is broadcast. */
  Dual mul(Tensor constant) {
    return linear(part -> part.mul(constant));
  }

  /** The product; the other factor is broadcast. */
  Dual mul(Dual other) {
    Tensor ofThis = tangent == null ? null : tangent.mul(other.value);
    Tensor ofOther = other.tangent == null ? null : value.mul(other.tangent);
    Tensor sum = ofThis == null ? ofOther : ofThis;
    if (ofThis != null && ofOther != null) {
      sum = ofThis.add(ofOther);
    }
    return new Dual(value.mul(other.value), sum);
  }

  /**
   * The result of a function of each element.
   *
   * @param function the function
   * @param derivative from the value to the derivative of the function; not used in ordinary passes
   */
  Dual map(UnaryOperator<Tensor> function, UnaryOperator<Tensor> derivative) {
    return new Dual(
        function.apply(value), tangent == null ? null : tangent.mul(derivative.apply(value)));
  }
}
