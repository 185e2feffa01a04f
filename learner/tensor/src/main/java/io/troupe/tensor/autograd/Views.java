package io.troupe.tensor.autograd;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;

/** Views of the same memory, with gradients. */
public final class Views {
  private Views() {}

  /** The shape that {@code sizes} mean for {@code from}: one of them may be -1. */
  public static Shape resolve(Shape from, int... sizes) {
    int open = -1;
    long known = 1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= sizes[i];
      }
    }
    if (open < 0) {
      return Shape.of(sizes);
    }
    int[] resolved = sizes.clone();
    if (known <= 0 || from.numel() % known != 0) {
      throw new ShapeException(
          from
              + " cannot be reshaped: its "
              + from.numel()
              + " elements do not divide by "
              + known);
    }
    resolved[open] = Math.toIntExact(from.numel() / known);
    return Shape.of(resolved);
  }

  /** The same elements in another shape. */
  public static Tensor reshape(Tensor a, Shape target) {
    if (target.numel() != a.numel()) {
      throw new ShapeException(
          a.shape() + " has " + a.numel() + " elements, but " + target + " has " + target.numel());
    }
    if (target.equals(a.shape())) {
      return a;
    }
    return Node.record(
        "reshape",
        a.view(0, target),
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
        (gradient, inputs) -> {
          Tensor whole = inputs.buffer(0);
          Tensor part = whole.view(from * rowElements, gradient.shape());
          part.addScaledi(gradient, 1);
        },
        a);
  }
}
