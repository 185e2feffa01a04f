package io.troupe.tensor.autograd;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.GradientListener;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.TensorOperations;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.Backend;

/** The methods of {@link Tensor} on any backend, recorded for gradients. Stateless. */
public final class RecordedOperations implements TensorOperations {
  @Override
  public Tensor binary(BinaryOp op, Tensor a, Tensor b) {
    return Elementwise.binary(op, a, b);
  }

  @Override
  public Tensor compare(BinaryOp op, Tensor a, Tensor b) {
    return Elementwise.compare(op, a, b);
  }

  @Override
  public Tensor scalar(BinaryOp op, Tensor a, double value) {
    return Elementwise.scalar(op, a, value);
  }

  @Override
  public Tensor unary(UnaryOp op, Tensor a) {
    return Elementwise.unary(op, a);
  }

  @Override
  public Tensor clamp(Tensor a, double low, double high) {
    return Elementwise.clamp(a, low, high);
  }

  @Override
  public Tensor expand(Tensor a, Shape target) {
    return Elementwise.expand(a, target);
  }

  @Override
  public Tensor cast(Tensor a, DType type) {
    return Elementwise.cast(a, type);
  }

  @Override
  public Tensor sum(Tensor a, Shape target) {
    return Reductions.sum(a, target);
  }

  @Override
  public Tensor max(Tensor a, Shape target) {
    return Reductions.max(a, target);
  }

  @Override
  public Tensor argmax(Tensor a) {
    return Reductions.argmax(a);
  }

  @Override
  public Tensor softmax(Tensor a) {
    return Reductions.softmax(a);
  }

  @Override
  public Tensor logSoftmax(Tensor a) {
    return Reductions.logSoftmax(a);
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b) {
    return MatrixProducts.matmul(a, b);
  }

  @Override
  public Tensor permute(Tensor a, int[] order) {
    return Indexing.permute(a, order);
  }

  @Override
  public Tensor narrow(Tensor a, int dim, int start, int length) {
    return Indexing.narrow(a, dim, start, length);
  }

  @Override
  public Tensor gather(Tensor a, Tensor index) {
    return Indexing.gather(a, index);
  }

  @Override
  public Tensor reshape(Tensor a, Shape target) {
    return Views.reshape(a, target);
  }

  @Override
  public Tensor rows(Tensor a, int from, int to) {
    return Views.rows(a, from, to);
  }

  @Override
  public void backward(Tensor result) {
    BackwardPass.run(result);
  }

  @Override
  public void backward(Tensor result, Tensor gradient) {
    BackwardPass.run(result, gradient);
  }

  @Override
  public void backwardAndRelease(Tensor result) {
    BackwardPass.runAndRelease(result);
  }

  @Override
  public void backwardAndRelease(Tensor result, Tensor gradient, GradientListener listener) {
    BackwardPass.runAndRelease(result, gradient, listener);
  }

  @Override
  public void fill(Tensor target, double value) {
    Backend.of(target).elementwise().fill(target, value);
  }

  @Override
  public void convert(Tensor target, Tensor source) {
    Backend.of(target).elementwise().copy(target, source);
  }

  @Override
  public void addScaled(Tensor target, Tensor a, double factor) {
    Elementwise.requireSame("addScaledi", target, a);
    Backend.of(target).elementwise().addScaled(target, a, factor);
  }

  @Override
  public void scale(Tensor target, double factor) {
    Backend.of(target).elementwise().scalar(BinaryOp.MUL, target, target, factor);
  }
}
