package io.troupe.tensor;

import io.troupe.tensor.memory.Memory;
import io.troupe.tensor.memory.MemoryUse;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A row-major tensor in native memory, with PyTorch's semantics.
 *
 * <p>Elements are always contiguous; {@link #reshape}, {@link #slice(int)} and {@link #rows} give
 * views of the same memory, everything else a new tensor in the current {@link Scope}. Methods
 * whose name ends in {@code i}, {@link #copyFrom} and {@link #setFloats} change the tensor in place
 * and are not recorded for gradients.
 *
 * <p>A tensor that {@linkplain #requiresGrad(boolean) requires a gradient} collects one in {@link
 * #grad} in the {@link #backward()} of a result. Writing is not thread-safe.
 */
// More than 400 lines: the list of the methods of a tensor, each of one or two statements.
public final class Tensor {
  private final Storage storage;
  private final long offsetBytes;
  private final DType dtype;
  private final Shape shape;
  private boolean requiresGrad;
  private GradFn gradFn;
  private LeafGradient grad;

  private Tensor(Storage storage, long offsetBytes, DType dtype, Shape shape) {
    this.storage = storage;
    this.offsetBytes = offsetBytes;
    this.dtype = dtype;
    this.shape = shape;
  }

  /** A tensor of undefined contents in the current scope. */
  public static Tensor empty(DType dtype, Shape shape) {
    return empty(Scope.current(), dtype, shape);
  }

  /** A tensor of undefined contents in a scope. */
  public static Tensor empty(Scope scope, DType dtype, Shape shape) {
    Storage storage = scope.allocate(Math.multiplyExact(shape.numel(), dtype.sizeBytes()));
    return new Tensor(storage, 0, dtype, shape);
  }

  /** A gradient of undefined contents, in the scope of its leaf. */
  static Tensor gradient(Tensor leaf) {
    Storage storage = leaf.scope().allocate(leaf.sizeBytes(), MemoryUse.GRADIENTS);
    return new Tensor(storage, 0, leaf.dtype, leaf.shape);
  }

  /** A tensor of zeros in the current scope. */
  public static Tensor zeros(DType dtype, Shape shape) {
    Tensor zeros = empty(dtype, shape);
    Memory.clear(zeros.address(), zeros.sizeBytes());
    return zeros;
  }

  /** A FLOAT32 tensor of zeros. */
  public static Tensor zeros(int... sizes) {
    return zeros(DType.FLOAT32, Shape.of(sizes));
  }

  /** A tensor whose elements are all {@code value}. */
  public static Tensor full(DType dtype, Shape shape, double value) {
    Tensor full = empty(dtype, shape);
    full.operations().fill(full, value);
    return full;
  }

  /** A scalar. */
  public static Tensor scalar(DType dtype, double value) {
    return full(dtype, Shape.of(), value);
  }

  /** A FLOAT32 tensor of the given elements in row-major order. */
  public static Tensor of(float[] elements, int... sizes) {
    Tensor tensor = empty(DType.FLOAT32, Shape.holding(elements.length, sizes));
    Elements.write(tensor.address(), elements);
    return tensor;
  }

  /** A FLOAT64 tensor of the given elements in row-major order. */
  public static Tensor of(double[] elements, int... sizes) {
    Tensor tensor = empty(DType.FLOAT64, Shape.holding(elements.length, sizes));
    Elements.write(tensor.address(), elements);
    return tensor;
  }

  /** An INT32 tensor of the given elements in row-major order. */
  public static Tensor of(int[] elements, int... sizes) {
    Tensor tensor = empty(DType.INT32, Shape.holding(elements.length, sizes));
    Elements.write(tensor.address(), elements);
    return tensor;
  }

  /** An INT64 tensor of the given elements in row-major order. */
  public static Tensor of(long[] elements, int... sizes) {
    Tensor tensor = empty(DType.INT64, Shape.holding(elements.length, sizes));
    Elements.write(tensor.address(), elements);
    return tensor;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** The sizes. */
  public Shape shape() {
    return shape;
  }

  /** The size of a dimension; negative counts from the end. */
  public int size(int dim) {
    return shape.size(dim);
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.rank();
  }

  /** The number of elements. */
  public long numel() {
    return shape.numel();
  }

  /** Bytes that the elements take. */
  public long sizeBytes() {
    return shape.numel() * dtype.sizeBytes();
  }

  /**
   * The address of the first element.
   *
   * @throws IllegalStateException if the scope that owns the tensor has closed
   */
  public long address() {
    return storage.address() + offsetBytes;
  }

  /** Bytes from the start of the {@link #storage} to the first element. */
  public long storageOffsetBytes() {
    return offsetBytes;
  }

  /** The memory that this tensor and its views share. */
  public Storage storage() {
    return storage;
  }

  /** The operations behind the methods of this class. */
  TensorOperations operations() {
    return storage.owner().engine().device().operations();
  }

  /** The scope that owns its memory. */
  public Scope scope() {
    return storage.owner();
  }

  /** The only element; a {@link ShapeException} if there is not exactly one. */
  public double item() {
    return Elements.only(this);
  }

  /** Element {@code index} in row-major order, converted to double. */
  public double get(long index) {
    Objects.checkIndex(index, numel());
    return Elements.get(dtype, address(), index);
  }

  /** Element {@code index} of an INT64 tensor in row-major order. */
  public long getLong(long index) {
    Objects.checkIndex(index, numel());
    if (dtype != DType.INT64) {
      throw new ShapeException("getLong must be called on an INT64 tensor, got " + this);
    }
    return Memory.getLong(address() + 8 * index);
  }

  /** The elements as floats, in row-major order. */
  public float[] toFloats() {
    return Elements.toFloats(dtype, address(), Math.toIntExact(numel()));
  }

  /** The elements as doubles, in row-major order. */
  public double[] toDoubles() {
    return Elements.toDoubles(dtype, address(), Math.toIntExact(numel()));
  }

  /** The elements as ints, in row-major order. */
  public int[] toInts() {
    return Elements.toInts(dtype, address(), Math.toIntExact(numel()));
  }

  /** Overwrites a FLOAT32 or FLOAT64 tensor. */
  public void setFloats(float[] elements) {
    if (!dtype.isComputed() || elements.length != numel()) {
      throw new ShapeException(
          "setFloats must get "
              + numel()
              + " floats for a FLOAT32 or FLOAT64 tensor, got "
              + elements.length
              + " for "
              + dtype
              + " "
              + shape);
    }
    Elements.write(dtype, address(), elements);
    storage.changed();
  }

  /** Copies bytes of the elements, in their native layout, from {@code offset} to a segment. */
  public void getBytes(long offset, MemorySegment target) {
    Objects.checkFromIndexSize(offset, target.byteSize(), sizeBytes());
    if (storage.replacement() != null) {
      storage.replacement().read(offsetBytes + offset, target);
    } else {
      MemorySegment.copy(Memory.ALL, address() + offset, target, 0, target.byteSize());
    }
  }

  /** Overwrites bytes of the elements, in their native layout, from {@code offset} on. */
  public void setBytes(long offset, MemorySegment source) {
    Objects.checkFromIndexSize(offset, source.byteSize(), sizeBytes());
    if (storage.replacement() != null) {
      storage.replacement().write(offsetBytes + offset, source);
    } else {
      MemorySegment.copy(source, 0, Memory.ALL, address() + offset, source.byteSize());
    }
    storage.changed();
  }

  /** Overwrites this tensor with the elements of another, converting the type. */
  public void copyFrom(Tensor source) {
    if (storage.replacement() != null && dtype == source.dtype && shape.equals(source.shape)) {
      setBytes(0, Memory.ALL.asSlice(source.address(), source.sizeBytes()));
      return;
    }
    Elements.copy(this, source);
    storage.changed();
  }

  /**
   * The memory of the elements, in their native layout, without a copy. It must not be used after
   * the scope of this tensor has released it.
   */
  public MemorySegment segment() {
    return Memory.ALL.asSlice(address(), sizeBytes());
  }

  /** The same elements in another shape; a view. One size may be -1: it is computed. */
  public Tensor reshape(int... sizes) {
    return operations().reshape(this, shape.resolve(sizes));
  }

  /** The same elements in another shape; a view. */
  public Tensor reshape(Shape target) {
    return operations().reshape(this, target);
  }

  /** Element {@code index} of the first dimension; a view. */
  public Tensor slice(int index) {
    Objects.checkIndex(index, shape.size(0));
    return operations().rows(this, index, index + 1).reshape(shape.without(0));
  }

  /** The part {@code [from, to)} of the first dimension; a view. */
  public Tensor rows(int from, int to) {
    return operations().rows(this, from, to);
  }

  /** A view without gradients attached; used by the autograd package. */
  public Tensor view(long elementOffset, Shape target) {
    Objects.checkFromIndexSize(elementOffset, target.numel(), numel());
    return new Tensor(storage, offsetBytes + elementOffset * dtype.sizeBytes(), dtype, target);
  }

  /** The same memory, detached from the graph of gradients; a view. */
  public Tensor detach() {
    return view(0, shape);
  }

  /** Whether results computed from this tensor are recorded. */
  public boolean requiresGrad() {
    return requiresGrad;
  }

  /** Sets whether a leaf collects a gradient. Returns this. */
  public Tensor requiresGrad(boolean requires) {
    if (requires && !dtype.isComputed()) {
      throw new ShapeException(
          "a tensor that requires a gradient must be FLOAT32 or FLOAT64, got " + dtype);
    }
    this.requiresGrad = requires;
    return this;
  }

  /** The operation that computed this tensor; null for a leaf. Used by the autograd package. */
  public GradFn gradFn() {
    return gradFn;
  }

  /** Sets the operation that computed this tensor; used by the autograd package. */
  public void gradFn(GradFn computedBy) {
    this.gradFn = computedBy;
    this.requiresGrad = true;
  }

  /** The gradient that has been collected, or null. */
  public Tensor grad() {
    return grad == null ? null : grad.get();
  }

  /** Discards the gradient and releases its memory. */
  public void zeroGrad() {
    if (grad != null) {
      grad.forget();
    }
  }

  /**
   * Discards the gradient of this leaf and collects the next ones in memory of the caller, who must
   * not release it before. {@link #zeroGrad} keeps that memory.
   *
   * @param memory type and shape of this leaf, undefined contents; null for own memory again
   */
  public void collectGradIn(Tensor memory) {
    if (memory != null && (memory.dtype != dtype || !memory.shape.equals(shape))) {
      throw new ShapeException(
          "memory of a gradient must be " + dtype + " " + shape + ", got " + memory);
    }
    leafGradient().collectIn(memory);
  }

  /** Takes the contents of the memory of {@link #collectGradIn} as the gradient of this leaf. */
  public void takeGrad() {
    leafGradient().takeLent();
  }

  private LeafGradient leafGradient() {
    if (grad == null) {
      grad = new LeafGradient();
    }
    return grad;
  }

  /**
   * The buffer that collects the gradient of this leaf, in the scope of the leaf, zeroed when there
   * is no gradient yet. Used by the autograd package.
   */
  public Tensor gradBuffer() {
    return leafGradient().buffer(this);
  }

  /**
   * Allocates the gradient of this leaf with undefined contents, for a kernel that overwrites all
   * of it. Used by the autograd package.
   */
  public Tensor undefinedGrad() {
    return leafGradient().undefined(this);
  }

  /**
   * Adds the gradients of this scalar to every leaf that it was computed from.
   *
   * @throws ShapeException if this is not a scalar
   */
  public void backward() {
    operations().backward(this);
  }

  /**
   * As {@link #backward()}, releasing the memory of intermediate results, including this scalar, as
   * soon as it is no longer needed. They must not be read afterwards.
   */
  public void backwardAndRelease() {
    operations().backwardAndRelease(this);
  }

  /**
   * As {@link #backward(Tensor)}, releasing the memory of intermediate results as soon as the pass
   * no longer needs them, including that of this tensor: they must not be read afterwards.
   */
  public void backwardAndRelease(Tensor gradient) {
    backwardAndRelease(gradient, GradientListener.NONE);
  }

  /** As {@link #backwardAndRelease(Tensor)}; tells which gradients of leaves are complete. */
  public void backwardAndRelease(Tensor gradient, GradientListener listener) {
    operations().backwardAndRelease(this, gradient, listener);
  }

  /** Adds the gradients of {@code sum(this * gradient)} to every leaf. */
  public void backward(Tensor gradient) {
    operations().backward(this, gradient);
  }

  /** {@code this + other}, broadcasting. */
  public Tensor add(Tensor other) {
    return operations().binary(BinaryOp.ADD, this, other);
  }

  /** {@code this + value}. */
  public Tensor add(double value) {
    return operations().scalar(BinaryOp.ADD, this, value);
  }

  /** {@code this - other}, broadcasting. */
  public Tensor sub(Tensor other) {
    return operations().binary(BinaryOp.SUB, this, other);
  }

  /** {@code this - value}. */
  public Tensor sub(double value) {
    return operations().scalar(BinaryOp.SUB, this, value);
  }

  /** {@code this * other}, broadcasting. */
  public Tensor mul(Tensor other) {
    return operations().binary(BinaryOp.MUL, this, other);
  }

  /** {@code this * value}. */
  public Tensor mul(double value) {
    return operations().scalar(BinaryOp.MUL, this, value);
  }

  /** {@code this / other}, broadcasting. */
  public Tensor div(Tensor other) {
    return operations().binary(BinaryOp.DIV, this, other);
  }

  /** {@code this / value}. */
  public Tensor div(double value) {
    return operations().scalar(BinaryOp.DIV, this, value);
  }

  /** The larger of each pair, broadcasting; equal elements share the gradient equally. */
  public Tensor maximum(Tensor other) {
    return operations().binary(BinaryOp.MAXIMUM, this, other);
  }

  /** The smaller of each pair, broadcasting; equal elements share the gradient equally. */
  public Tensor minimum(Tensor other) {
    return operations().binary(BinaryOp.MINIMUM, this, other);
  }

  /** Each element raised to a power. */
  public Tensor pow(double exponent) {
    return operations().scalar(BinaryOp.POW, this, exponent);
  }

  /** Limits elements to {@code [low, high]}; elements outside have gradient 0. */
  public Tensor clamp(double low, double high) {
    return operations().clamp(this, low, high);
  }

  /** 1 where {@code this < other}, else 0; not recorded. */
  public Tensor less(Tensor other) {
    return operations().compare(BinaryOp.LESS, this, other);
  }

  /** 1 where {@code this > other}, else 0; not recorded. */
  public Tensor greater(Tensor other) {
    return operations().compare(BinaryOp.GREATER, this, other);
  }

  /** 1 where equal, else 0; not recorded. */
  public Tensor equal(Tensor other) {
    return operations().compare(BinaryOp.EQUAL, this, other);
  }

  /** An element-wise function. */
  public Tensor apply(UnaryOp op) {
    return operations().unary(op, this);
  }

  /** {@code -this}. */
  public Tensor neg() {
    return apply(UnaryOp.NEG);
  }

  /** e to the power of each element. */
  public Tensor exp() {
    return apply(UnaryOp.EXP);
  }

  /** The natural logarithm of each element. */
  public Tensor log() {
    return apply(UnaryOp.LOG);
  }

  /** The square root of each element. */
  public Tensor sqrt() {
    return apply(UnaryOp.SQRT);
  }

  /** The sum of all elements; a scalar. */
  public Tensor sum() {
    return operations().sum(this, Shape.of());
  }

  /** The sum over one dimension, which is removed. */
  public Tensor sum(int dim) {
    return operations().sum(this, shape.with(dim, 1)).reshape(shape.without(dim));
  }

  /** The mean of all elements; a scalar. */
  public Tensor mean() {
    return sum().mul(1.0 / numel());
  }

  /** The mean over one dimension, which is removed. */
  public Tensor mean(int dim) {
    return sum(dim).mul(1.0 / size(dim));
  }

  /** The largest element over one dimension, which is removed. */
  public Tensor max(int dim) {
    return operations().max(this, shape.with(dim, 1)).reshape(shape.without(dim));
  }

  /** The index (INT32) of the first largest element over the innermost dimension. */
  public Tensor argmax() {
    return operations().argmax(this);
  }

  /** Softmax over the innermost dimension. */
  public Tensor softmax() {
    return operations().softmax(this);
  }

  /** Log-softmax over the innermost dimension. */
  public Tensor logSoftmax() {
    return operations().logSoftmax(this);
  }

  /** The matrix product over the last two dimensions; leading ones broadcast. */
  public Tensor matmul(Tensor other) {
    return operations().matmul(this, other);
  }

  /** Exchanges two dimensions; a copy. */
  public Tensor transpose(int dim0, int dim1) {
    return permute(shape.exchanged(dim0, dim1));
  }

  /** Reorders the dimensions; a copy. */
  public Tensor permute(int... order) {
    return operations().permute(this, order);
  }

  /** The part {@code [start, start + length)} of a dimension; a copy unless it is the first. */
  public Tensor narrow(int dim, int start, int length) {
    return operations().narrow(this, shape.axis(dim), start, length);
  }

  /** {@code out[r, j] = this[r, index[r, j]]} over the innermost dimension; index is INT32. */
  public Tensor gather(Tensor index) {
    return operations().gather(this, index);
  }

  /** Broadcasts to a larger shape; a copy. */
  public Tensor expand(Shape target) {
    return operations().expand(this, target);
  }

  /** A copy in the current scope; recorded. */
  public Tensor copy() {
    return operations().cast(this, dtype);
  }

  /** Converts to another type; returns this if it already has the type. */
  public Tensor to(DType type) {
    return type == dtype ? this : operations().cast(this, type);
  }

  /** {@code this += factor * other}; returns this. */
  public Tensor addScaledi(Tensor other, double factor) {
    operations().addScaled(this, other, factor);
    return this;
  }

  /** {@code this *= factor}; returns this. */
  public Tensor muli(double factor) {
    operations().scale(this, factor);
    return this;
  }

  /** Sets every element; returns this. */
  public Tensor filli(double value) {
    operations().fill(this, value);
    return this;
  }

  /** Type, shape and, when there are few, the elements. */
  @Override
  public String toString() {
    return Elements.describe(this);
  }
}
