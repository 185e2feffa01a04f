package io.troupe.tensor;

import java.util.Arrays;

/**
 * The sizes of a row-major tensor, outermost first. A shape with no dimensions is a scalar.
 *
 * <p>Dimensions may be named from the end: {@code size(-1)} is the innermost one.
 */
public final class Shape {
  private final int[] sizes;
  private final long numel;

  private Shape(int[] sizes) {
    this.sizes = sizes;
    this.numel = product(sizes, 0, sizes.length);
  }

  /**
   * A shape of the given sizes.
   *
   * @throws ShapeException if a size is negative or the number of elements overflows
   */
  public static Shape of(int... sizes) {
    for (int size : sizes) {
      if (size < 0) {
        throw new ShapeException("sizes must be >= 0, got " + Arrays.toString(sizes));
      }
    }
    return new Shape(sizes.clone());
  }

  /**
   * The shape of a number of given elements: {@code sizes}, or one dimension when there are none.
   *
   * @throws ShapeException if the elements do not fill it
   */
  static Shape holding(int length, int... sizes) {
    Shape shape = sizes.length == 0 ? of(length) : of(sizes);
    if (shape.numel() != length) {
      throw new ShapeException(
          "shape " + shape + " must have " + shape.numel() + " elements, got " + length);
    }
    return shape;
  }

  /** The number of dimensions. */
  public int rank() {
    return sizes.length;
  }

  /** The number of elements; 1 for a scalar. */
  public long numel() {
    return numel;
  }

  /** The size of dimension {@code dim}; negative counts from the end. */
  public int size(int dim) {
    return sizes[axis(dim)];
  }

  /** {@code dim} counted from the front. */
  public int axis(int dim) {
    int axis = dim < 0 ? dim + sizes.length : dim;
    if (axis < 0 || axis >= sizes.length) {
      throw new ShapeException(
          "dimension of " + this + " must be in [" + -rank() + ", " + rank() + "), got " + dim);
    }
    return axis;
  }

  /** The sizes, outermost first; a copy. */
  public int[] sizes() {
    return sizes.clone();
  }

  /** The number of rows when all but the innermost dimension are folded; 1 for a scalar. */
  public int rows() {
    return sizes.length == 0 ? 1 : Math.toIntExact(product(sizes, 0, sizes.length - 1));
  }

  /** The product of the sizes in {@code [from, to)}. */
  public long product(int from, int to) {
    return product(sizes, from, to);
  }

  /** This shape with dimension {@code dim} replaced. */
  public Shape with(int dim, int size) {
    int[] changed = sizes.clone();
    changed[axis(dim)] = size;
    return of(changed);
  }

  /** This shape with one more dimension in front. */
  public Shape prepend(int size) {
    int[] longer = new int[sizes.length + 1];
    longer[0] = size;
    System.arraycopy(sizes, 0, longer, 1, sizes.length);
    return of(longer);
  }

  /** This shape without dimension {@code dim}. */
  public Shape without(int dim) {
    int axis = axis(dim);
    int[] shorter = new int[sizes.length - 1];
    System.arraycopy(sizes, 0, shorter, 0, axis);
    System.arraycopy(sizes, axis + 1, shorter, axis, shorter.length - axis);
    return of(shorter);
  }

  /**
   * The shape that both broadcast to, by NumPy's rule: sizes are compared from the end, and a
   * missing size or a size of 1 stretches.
   *
   * @throws ShapeException if the shapes do not broadcast
   */
  public Shape broadcast(Shape other) {
    int rank = Math.max(rank(), other.rank());
    int[] result = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int a = i <= rank() ? sizes[rank() - i] : 1;
      int b = i <= other.rank() ? other.sizes[other.rank() - i] : 1;
      if (a != b && a != 1 && b != 1) {
        throw new ShapeException(
            this
                + " and "
                + other
                + " do not broadcast: "
                + a
                + " against "
                + b
                + " in dimension -"
                + i);
      }
      result[rank - i] = a == 1 ? b : a;
    }
    return of(result);
  }

  private static long product(int[] sizes, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product = Math.multiplyExact(product, sizes[i]);
    }
    return product;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** As PyTorch prints it: {@code (2, 3)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < sizes.length; i++) {
      text.append(i == 0 ? "" : ", ").append(sizes[i]);
    }
    return text.append(")").toString();
  }

  /** Returns the shape of a reshape to {@code target}; one of its sizes may be -1. */
  public Shape resolve(int... target) {
    int open = -1;
    long known = 1;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= target[i];
      }
    }
    if (open < 0) {
      return Shape.of(target);
    }
    if (known <= 0 || numel() % known != 0) {
      throw new ShapeException(
          "reshape of " + this + " must keep its elements, got sizes " + Arrays.toString(target));
    }
    int[] resolved = target.clone();
    resolved[open] = Math.toIntExact(numel() / known);
    return Shape.of(resolved);
  }

  /** Returns the order of the dimensions with two of them exchanged. */
  public int[] exchanged(int dim0, int dim1) {
    int[] order = new int[rank()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    order[axis(dim0)] = axis(dim1);
    order[axis(dim1)] = axis(dim0);
    return order;
  }
}
