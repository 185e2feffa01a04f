package io.troupe.tensor;

/**
 * The operations behind the methods of {@link Tensor}. {@code io.troupe.tensor.autograd} implements
 * them: it checks shapes, calls the backend and records gradients. Each method is documented at the
 * method of {@code Tensor} that calls it.
 */
public interface TensorOperations {
  /** Computes {@code a op b}, broadcasting. */
  Tensor binary(BinaryOp op, Tensor a, Tensor b);

  /** Computes a comparison, broadcasting; not recorded. */
  Tensor compare(BinaryOp op, Tensor a, Tensor b);

  /** Computes {@code a op value}. */
  Tensor scalar(BinaryOp op, Tensor a, double value);

  /** Computes an element-wise function. */
  Tensor unary(UnaryOp op, Tensor a);

  /** Limits elements to {@code [low, high]}. */
  Tensor clamp(Tensor a, double low, double high);

  /** Copies a tensor into a larger shape. */
  Tensor expand(Tensor a, Shape target);

  /** Copies a tensor into another type. */
  Tensor cast(Tensor a, DType type);

  /** Sums over the dimensions that are 1 or missing in {@code target}. */
  Tensor sum(Tensor a, Shape target);

  /** Computes the maximum over the dimensions that are 1 in {@code target}. */
  Tensor max(Tensor a, Shape target);

  /** Returns the index of the first largest element over the innermost dimension. */
  Tensor argmax(Tensor a);

  /** Computes the softmax over the innermost dimension. */
  Tensor softmax(Tensor a);

  /** Computes the log-softmax over the innermost dimension. */
  Tensor logSoftmax(Tensor a);

  /** Computes the matrix product over the last two dimensions. */
  Tensor matmul(Tensor a, Tensor b);

  /** Copies a tensor with its dimensions in another order. */
  Tensor permute(Tensor a, int[] order);

  /** Returns the part {@code [start, start + length)} of a dimension. */
  Tensor narrow(Tensor a, int dim, int start, int length);

  /** Selects elements by index over the innermost dimension. */
  Tensor gather(Tensor a, Tensor index);

  /** Returns a view with another shape. */
  Tensor reshape(Tensor a, Shape target);

  /** Returns a view of the part {@code [from, to)} of the first dimension. */
  Tensor rows(Tensor a, int from, int to);

  /** Adds the gradients of a scalar to the leaves that require one. */
  void backward(Tensor result);

  /** Adds the gradients of {@code sum(result * gradient)} to the leaves that require one. */
  void backward(Tensor result, Tensor gradient);

  /** As {@link #backward(Tensor)}, and releases the memory of intermediate results. */
  void backwardAndRelease(Tensor result);

  /** As {@link #backward(Tensor, Tensor)}, and releases the memory of intermediate results. */
  void backwardAndRelease(Tensor result, Tensor gradient, GradientListener listener);

  /** Sets every element of {@code target}. */
  void fill(Tensor target, double value);

  /** Copies the elements of {@code source} into {@code target} and converts their type. */
  void convert(Tensor target, Tensor source);

  /** Computes {@code target += factor * a}. */
  void addScaled(Tensor target, Tensor a, double factor);

  /** Computes {@code target *= factor}. */
  void scale(Tensor target, double factor);
}
