package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.ActivationOp;
import io.troupe.tensor.backend.ElementwiseOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;

/** Operations on each element: selects the loop and splits the elements into parts. */
public final class CpuElementwise implements ElementwiseOps {
  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuElementwise(ComputePool pool) {
    this.pool = pool;
  }

  @Override
  public void fill(Tensor out, double value) {
    Writes.to(out);
    long to = out.address();
    DType type = out.dtype();
    Partition.elements(
        pool, out.numel(), (from, end) -> Conversion.fill(type, to, value, from, end));
  }

  @Override
  public void copy(Tensor out, Tensor a) {
    Writes.to(out);
    long to = out.address();
    long source = a.address();
    Partition.elements(
        pool,
        a.numel(),
        (from, end) -> Conversion.copy(out.dtype(), to, a.dtype(), source, from, end));
  }

  @Override
  public void binary(BinaryOp op, Tensor out, Tensor a, Tensor b) {
    Writes.to(out);
    if (a.numel() == out.numel() && b.numel() == out.numel()) {
      flat(op, out, a, -1, b.address(), -1);
    } else {
      BroadcastLoops.binary(pool, op, out, a, b);
    }
  }

  @Override
  public void scalar(BinaryOp op, Tensor out, Tensor a, double b) {
    Writes.to(out);
    if (op == BinaryOp.POW && b == 2) {
      unary(UnaryOp.SQUARE, out, a);
    } else if (op == BinaryOp.POW && b == 0.5) {
      unary(UnaryOp.SQRT, out, a);
    } else if (op == BinaryOp.POW && b == -1) {
      unary(UnaryOp.RECIPROCAL, out, a);
    } else {
      Scratch scratch = Scratch.ofThread();
      long slot = scratch.slot(Scratch.SCALAR);
      if (out.dtype() == DType.FLOAT32) {
        scratch.repeat(Scratch.SCALAR, (float) b);
      } else {
        Memory.setDouble(slot, b);
      }
      flat(op, out, a, -1, slot, 0);
    }
  }

  private void flat(BinaryOp op, Tensor out, Tensor a, long aMoves, long b, long bMoves) {
    long to = out.address();
    long first = a.address();
    long n = out.numel();
    if (out.dtype() == DType.FLOAT64) {
      Float64Loops.binary(op, to, first, aMoves, b, bMoves, n);
      return;
    }
    BinaryLoops.Loop loop = BinaryLoops.of(op);
    if (n <= Partition.ELEMENTS) {
      BinaryLoops.run(loop, to, first, aMoves, b, bMoves, (int) n);
      return;
    }
    Partition.elements(
        pool,
        n,
        (from, end) ->
            BinaryLoops.run(
                loop,
                to + 4 * from,
                first + (4 * from & aMoves),
                aMoves,
                b + (4 * from & bMoves),
                bMoves,
                (int) (end - from)));
  }

  @Override
  public void unary(UnaryOp op, Tensor out, Tensor a) {
    Writes.to(out);
    if (out.dtype() == DType.FLOAT64) {
      Float64Loops.unary(op, out.address(), a.address(), a.numel());
    } else {
      run(UnaryLoops.of(op), out, a);
    }
  }

  @Override
  public void unaryGrad(UnaryOp op, Tensor dx, Tensor dy, Tensor x, Tensor y) {
    Writes.to(dx);
    if (dx.dtype() == DType.FLOAT64) {
      Float64Loops.unaryGrad(op, dx.address(), dy.address(), x.address(), y.address(), dx.numel());
    } else {
      run(UnaryGradLoops.of(op), dx, dy, x, y);
    }
  }

  @Override
  public void activation(ActivationOp op, Tensor out, Tensor a) {
    Writes.to(out);
    if (out.dtype() == DType.FLOAT64) {
      Float64Loops.activation(op, out.address(), a.address(), a.numel());
    } else {
      run(ActivationLoops.of(op), out, a);
    }
  }

  @Override
  public void activationGrad(ActivationOp op, Tensor dx, Tensor dy, Tensor x) {
    Writes.to(dx);
    if (dx.dtype() == DType.FLOAT64) {
      Float64Loops.activationGrad(op, dx.address(), dy.address(), x.address(), dx.numel());
    } else {
      run(ActivationLoops.gradientOf(op), dx, dy, x, x);
    }
  }

  private void run(UnaryLoops.Loop loop, Tensor out, Tensor a) {
    long to = out.address();
    long first = a.address();
    long n = a.numel();
    if (n <= Partition.ELEMENTS) {
      UnaryLoops.run(loop, to, first, (int) n);
      return;
    }
    Partition.elements(
        pool,
        n,
        (from, end) -> UnaryLoops.run(loop, to + 4 * from, first + 4 * from, (int) (end - from)));
  }

  private void run(UnaryGradLoops.Loop loop, Tensor dx, Tensor dy, Tensor x, Tensor y) {
    long to = dx.address();
    long dyAt = dy.address();
    long xAt = x.address();
    long yAt = y.address();
    long n = dx.numel();
    if (n <= Partition.ELEMENTS) {
      UnaryGradLoops.run(loop, to, dyAt, xAt, yAt, (int) n);
      return;
    }
    Partition.elements(
        pool,
        n,
        (from, end) -> {
          long at = 4 * from;
          UnaryGradLoops.run(loop, to + at, dyAt + at, xAt + at, yAt + at, (int) (end - from));
        });
  }

  @Override
  public void addScaled(Tensor target, Tensor a, double factor) {
    Writes.to(target);
    long to = target.address();
    long source = a.address();
    long n = target.numel();
    if (target.dtype() == DType.FLOAT64) {
      Float64Loops.addScaled(to, source, factor, n);
    } else if (n <= Partition.ELEMENTS) {
      FusedLoops.BEST.addScaled(to, source, (float) factor, (int) n);
    } else {
      Partition.elements(
          pool,
          n,
          (from, end) ->
              FusedLoops.BEST.addScaled(
                  to + 4 * from, source + 4 * from, (float) factor, (int) (end - from)));
    }
  }

  @Override
  public void where(Tensor out, Tensor condition, Tensor a, Tensor b) {
    Writes.to(out);
    BroadcastLoops.where(pool, out, condition, a, b);
  }

  @Override
  public void swiglu(Tensor out, Tensor gate, Tensor up) {
    Writes.to(out);
    long to = out.address();
    long gateAt = gate.address();
    long upAt = up.address();
    if (out.dtype() == DType.FLOAT64) {
      Float64Loops.swiglu(to, gateAt, upAt, out.numel());
      return;
    }
    Partition.elements(
        pool,
        out.numel(),
        (from, end) ->
            FusedLoops.BEST.swiglu(
                to + 4 * from, gateAt + 4 * from, upAt + 4 * from, (int) (end - from)));
  }

  @Override
  public void swigluGrad(Tensor dGate, Tensor dUp, Tensor dOut, Tensor gate, Tensor up) {
    Writes.to(dGate, dUp);
    long dGateAt = dGate.address();
    long dUpAt = dUp.address();
    long dOutAt = dOut.address();
    long gateAt = gate.address();
    long upAt = up.address();
    if (dOut.dtype() == DType.FLOAT64) {
      Float64Loops.swigluGrad(dGateAt, dUpAt, dOutAt, gateAt, upAt, dOut.numel());
      return;
    }
    Partition.elements(
        pool,
        dOut.numel(),
        (from, end) -> {
          long at = 4 * from;
          FusedLoops.BEST.swigluGrad(
              dGateAt + at, dUpAt + at, dOutAt + at, gateAt + at, upAt + at, (int) (end - from));
        });
  }
}
