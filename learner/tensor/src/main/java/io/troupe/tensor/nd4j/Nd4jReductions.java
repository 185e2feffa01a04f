package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.readRows;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.backend.ReductionOps;
import io.troupe.tensor.backend.Writes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Operations that combine elements along dimensions. */
final class Nd4jReductions implements ReductionOps {

  @Override
  public void reduce(ReduceOp op, Tensor out, Tensor a) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    if (a.numel() == 0) {
      Operands.flat(out).assign(op == ReduceOp.SUM ? 0 : Double.NEGATIVE_INFINITY);
      return;
    }
    INDArray reducedFirst = reducedFirst(a, out.shape());
    write(
        out,
        op == ReduceOp.SUM ? Functions.sumOfRows(reducedFirst) : Functions.maxOfRows(reducedFirst));
  }

  /** The elements as (reduced, kept). */
  private static INDArray reducedFirst(Tensor a, Shape target) {
    int missing = a.rank() - target.rank();
    int[] order =
        IntStream.concat(
                dims(a).filter(i -> i < missing || target.size(i - missing) == 1),
                dims(a).filter(i -> i >= missing && target.size(i - missing) != 1))
            .toArray();
    INDArray elements = read(a);
    if (order.length > 1) {
      long[] sizes = Arrays.stream(a.shape().sizes()).asLongStream().toArray();
      elements = elements.reshape(sizes).permute(order).dup('c');
    }
    return elements.reshape(a.numel() / target.numel(), target.numel());
  }

  private static IntStream dims(Tensor a) {
    return IntStream.range(0, a.rank());
  }

  @Override
  public void argmax(Tensor out, Tensor a) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    INDArray x = readRows(a);
    long columns = x.size(1);
    // NaN counts as the largest, as in PyTorch: the maximum of its row is NaN then.
    INDArray max = Operands.asColumns(Functions.maxOfColumns(x), columns);
    INDArray index = Operands.asRows(Nd4j.arange(columns).castTo(DataType.DOUBLE), x.size(0));
    INDArray hit = x.eq(max).castTo(DataType.DOUBLE).addi(x.neq(x).castTo(DataType.DOUBLE));
    INDArray candidates = Functions.select(hit.gt(0), index.neg(), index.ulike().assign(-columns));
    write(out, Functions.maxOfColumns(candidates).negi());
  }

  @Override
  public double sumSquaresOfAll(List<Tensor> tensors) {
    double sum = 0;
    for (Tensor a : tensors) {
      if (a.numel() > 0) {
        INDArray x = read(a);
        sum += Functions.sumOfRows(x.mul(x).reshape(a.numel(), 1)).getDouble(0);
      }
    }
    return sum;
  }

  @Override
  public void softmax(Tensor out, Tensor a) {
    Writes.to(out);
    if (out.numel() > 0) {
      write(out, softmax(readRows(a)));
    }
  }

  private static INDArray softmax(INDArray x) {
    INDArray e = Functions.exp(shifted(x));
    return e.divi(Operands.asColumns(Functions.sumOfColumns(e), x.size(1)));
  }

  /** Rows less their maximum, so that the largest exponential is 1. */
  private static INDArray shifted(INDArray x) {
    return x.sub(Operands.asColumns(Functions.maxOfColumns(x), x.size(1)));
  }

  @Override
  public void softmaxGrad(Tensor dx, Tensor dy, Tensor y) {
    Writes.to(dx);
    if (dx.numel() > 0) {
      INDArray p = readRows(y);
      INDArray g = readRows(dy);
      INDArray inner = Functions.sumOfColumns(g.mul(p));
      write(dx, g.sub(Operands.asColumns(inner, p.size(1))).muli(p));
    }
  }

  @Override
  public void logSoftmax(Tensor out, Tensor a) {
    Writes.to(out);
    if (out.numel() > 0) {
      INDArray shifted = shifted(readRows(a));
      INDArray logSum = Functions.log(Functions.sumOfColumns(Functions.exp(shifted)));
      write(out, shifted.subi(Operands.asColumns(logSum, shifted.size(1))));
    }
  }

  @Override
  public void logSoftmaxGrad(Tensor dx, Tensor dy, Tensor y) {
    Writes.to(dx);
    if (dx.numel() > 0) {
      INDArray g = readRows(dy);
      INDArray total = Operands.asColumns(Functions.sumOfColumns(g), g.size(1));
      write(dx, g.sub(Functions.exp(readRows(y)).muli(total)));
    }
  }
}
