package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.ActivationOp;
import io.troupe.tensor.backend.ElementwiseOps;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Operations on each element. */
final class Nd4jElementwise implements ElementwiseOps {

  @Override
  public void fill(Tensor out, double value) {
    Writes.to(out);
    if (out.numel() > 0) {
      Operands.flat(out).assign(value);
    }
  }

  @Override
  public void copy(Tensor out, Tensor a) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    // ND4J converts from the source's own type; integers never pass through a double.
    Operands.flat(out).assign(Operands.flat(a).castTo(NdArrays.typeOf(out.dtype())));
  }

  @Override
  public void binary(BinaryOp op, Tensor out, Tensor a, Tensor b) {
    Writes.to(out);
    if (out.numel() > 0) {
      write(out, apply(op, read(a, out.shape()), read(b, out.shape())));
    }
  }

  @Override
  public void scalar(BinaryOp op, Tensor out, Tensor a, double b) {
    Writes.to(out);
    if (out.numel() > 0) {
      INDArray x = read(a);
      write(out, apply(op, x, x.ulike().assign(inTypeOf(a, b))));
    }
  }

  /** A scalar operand is rounded to the tensor's type first, as in PyTorch. */
  private static double inTypeOf(Tensor tensor, double value) {
    return tensor.dtype() == DType.FLOAT32 ? (float) value : value;
  }

  private static INDArray apply(BinaryOp op, INDArray a, INDArray b) {
    return switch (op) {
      case ADD -> a.add(b);
      case SUB -> a.sub(b);
      case MUL -> a.mul(b);
      case DIV -> a.div(b);
      case MAXIMUM -> Functions.maximum(a, b);
      case MINIMUM -> Functions.minimum(a, b);
      case POW -> Transforms.pow(a, b, true);
      case LESS -> Functions.toNumbers(a.lt(b));
      case GREATER -> Functions.toNumbers(a.gt(b));
      case EQUAL -> Functions.toNumbers(a.eq(b));
    };
  }

  @Override
  public void unary(UnaryOp op, Tensor out, Tensor a) {
    Writes.to(out);
    if (out.numel() > 0) {
      write(out, UnaryFunctions.apply(op, read(a)));
    }
  }

  @Override
  public void unaryGrad(UnaryOp op, Tensor dx, Tensor dy, Tensor x, Tensor y) {
    Writes.to(dx);
    if (dx.numel() > 0) {
      write(dx, UnaryFunctions.gradient(op, read(dy), read(x), read(y)));
    }
  }

  @Override
  public void activation(ActivationOp op, Tensor out, Tensor a) {
    Writes.to(out);
    if (out.numel() > 0) {
      write(out, UnaryFunctions.apply(op, read(a)));
    }
  }

  @Override
  public void activationGrad(ActivationOp op, Tensor dx, Tensor dy, Tensor x) {
    Writes.to(dx);
    if (dx.numel() > 0) {
      write(dx, UnaryFunctions.gradient(op, read(dy), read(x)));
    }
  }

  @Override
  public void addScaled(Tensor target, Tensor a, double factor) {
    Writes.to(target);
    if (target.numel() > 0) {
      write(target, read(target).addi(read(a).muli(inTypeOf(target, factor))));
    }
  }

  @Override
  public void where(Tensor out, Tensor condition, Tensor a, Tensor b) {
    Writes.to(out);
    if (out.numel() > 0) {
      INDArray mask = read(condition, out.shape()).neq(0);
      write(out, Functions.select(mask, read(a, out.shape()), read(b, out.shape())));
    }
  }

  @Override
  public void swiglu(Tensor out, Tensor gate, Tensor up) {
    Writes.to(out);
    if (out.numel() > 0) {
      write(out, UnaryFunctions.apply(UnaryOp.SILU, read(gate)).muli(read(up)));
    }
  }

  @Override
  public void swigluGrad(Tensor dGate, Tensor dUp, Tensor dOut, Tensor gate, Tensor up) {
    Writes.to(dGate, dUp);
    if (dOut.numel() == 0) {
      return;
    }
    INDArray g = read(gate);
    INDArray dSilu = read(dOut).muli(read(up));
    INDArray silu = UnaryFunctions.apply(UnaryOp.SILU, g);
    INDArray upGradient = read(dOut).muli(silu);
    write(dGate, UnaryFunctions.gradient(UnaryOp.SILU, dSilu, g, silu));
    write(dUp, upGradient);
  }
}
