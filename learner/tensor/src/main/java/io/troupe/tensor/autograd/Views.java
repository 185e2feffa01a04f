package io.troupe.tensor.autograd;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;

/** Views of the same memory, with gradients. */
public final class Views {
  private Views() {}

  /** The same elements in another shape. */
  public static Tensor reshape(Tensor a, Shape target) {
    if (target.numel() != a.numel()) {
      throw new ShapeException(
          "shape must have the " + a.numel() + " elements of " + a.shape() + ", got " + target);
    }
    if (target.equals(a.shape())) {
      return a;
    }
    return Node.record(
        "reshape",
        a.view(0, target),
        Saved.NOTHING,
        (gradient, inputs) -> inputs.add(0, gradient.view(0, a.shape())),
        a);
  }

  /** The part {@code [from, to)} of the first dimension. */
  public static Tensor rows(Tensor a, int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, a.size(0));
    long rowElements = a.shape().product(1, a.rank());
    Tensor view = a.view(from * rowElements, a.shape().with(0, to - from));
    return Node.record(
        "rows",
        view,
        Saved.NOTHING,
        (gradient, inputs) -> {
          Tensor whole = inputs.buffer(0);
          Tensor part = whole.view(from * rowElements, gradient.shape());
          part.addScaledi(gradient, 1);
        },
        a);
  }
}
