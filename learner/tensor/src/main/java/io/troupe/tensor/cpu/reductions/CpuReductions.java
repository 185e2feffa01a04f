package io.troupe.tensor.cpu.reductions;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.backend.ReductionOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/** Operations that combine elements along dimensions. */
public final class CpuReductions implements ReductionOps {
  private final ComputePool pool;
  private final Reducer reducer;

  /** Computes on the threads of {@code pool}. */
  public CpuReductions(ComputePool pool) {
    this.pool = pool;
    this.reducer = new Reducer(pool);
  }

  @Override
  public void reduce(ReduceOp op, Tensor out, Tensor a) {
    Writes.to(out);
    reducer.reduce(op, out, a);
  }

  @Override
  public void argmax(Tensor out, Tensor a) {
    Writes.to(out);
    long to = out.address();
    long from = a.address();
    int n = a.size(-1);
    DType type = a.dtype();
    Partition.rows(
        pool,
        rows(a.shape()),
        n,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            int index =
                type == DType.FLOAT32
                    ? SumLoops.argmax(from + 4 * r * n, n)
                    : Float64Sums.argmax(from + 8 * r * n, n);
            Memory.setInt(to + 4 * r, index);
          }
        });
  }

  @Override
  public double sumSquaresOfAll(List<Tensor> tensors) {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      Span.addAll(spans, i, tensors.get(i));
    }
    double[][] partial = new double[spans.size()][];
    pool.run(partial.length, span -> partial[span] = spans.get(span).sumsOfSquares());
    double[] ofTensor = new double[tensors.size()];
    for (int span = 0; span < partial.length; span++) {
      for (double part : partial[span]) {
        ofTensor[spans.get(span).tensor] += part;
      }
    }
    double sum = 0;
    for (double each : ofTensor) {
      sum += each;
    }
    return sum;
  }

  /** Neighboring elements of a tensor whose squares are summed up by one thread. */
  private record Span(int tensor, DType type, long address, long n) {
    /** Splits a tensor of a list by its size alone. */
    static void addAll(List<Span> spans, int index, Tensor tensor) {
      DType type = tensor.dtype();
      long n = tensor.numel();
      long most = type == DType.FLOAT32 ? Squares.TOGETHER * Partition.ELEMENTS : Math.max(1, n);
      for (long from = 0; from < n; from += most) {
        long address = tensor.address() + from * type.sizeBytes();
        spans.add(new Span(index, type, address, Math.min(most, n - from)));
      }
    }

    /** The sums of the span's parts. */
    double[] sumsOfSquares() {
      return type == DType.FLOAT32
          ? Squares.ofParts(address, (int) n, Partition.ELEMENTS)
          : new double[] {Float64Sums.sumSquares(address, n)};
    }
  }

  @Override
  public void softmax(Tensor out, Tensor a) {
    Writes.to(out);
    rows(out, a, a.dtype() == DType.FLOAT32 ? SoftmaxRows::softmax : SoftmaxRows::softmax64);
  }

  @Override
  public void softmaxGrad(Tensor dx, Tensor dy, Tensor y) {
    Writes.to(dx);
    gradRows(
        dx,
        dy,
        y,
        y.dtype() == DType.FLOAT32 ? SoftmaxRows::softmaxGrad : SoftmaxRows::softmaxGrad64);
  }

  @Override
  public void logSoftmax(Tensor out, Tensor a) {
    Writes.to(out);
    rows(out, a, a.dtype() == DType.FLOAT32 ? SoftmaxRows::logSoftmax : SoftmaxRows::logSoftmax64);
  }

  @Override
  public void logSoftmaxGrad(Tensor dx, Tensor dy, Tensor y) {
    Writes.to(dx);
    gradRows(
        dx,
        dy,
        y,
        y.dtype() == DType.FLOAT32 ? SoftmaxRows::logSoftmaxGrad : SoftmaxRows::logSoftmaxGrad64);
  }

  private void rows(Tensor out, Tensor a, SoftmaxRows.Row row) {
    long to = out.address();
    long from = a.address();
    int n = rowLength(a.shape());
    long stride = (long) n * a.dtype().sizeBytes();
    Partition.rows(
        pool,
        rows(a.shape()),
        n,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            row.run(to + r * stride, from + r * stride, n);
          }
        });
  }

  private void gradRows(Tensor dx, Tensor dy, Tensor y, SoftmaxRows.GradRow row) {
    long to = dx.address();
    long gradient = dy.address();
    long from = y.address();
    int n = rowLength(y.shape());
    long stride = (long) n * y.dtype().sizeBytes();
    Partition.rows(
        pool,
        rows(y.shape()),
        n,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            long at = r * stride;
            row.run(to + at, gradient + at, from + at, n);
          }
        });
  }

  private static int rowLength(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.size(-1);
  }

  private static long rows(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.product(0, shape.rank() - 1);
  }
}
