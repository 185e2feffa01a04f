package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The gradients of {@link UnaryLoops}: {@code dx = dy * op'(x)}, where {@code y = op(x)}. */
final class UnaryGradLoops {
  private UnaryGradLoops() {}

  /** A loop over whole vectors: {@code n} is a multiple of the lanes. */
  @FunctionalInterface
  interface Loop {
    void run(long dx, long dy, long x, long y, int n);
  }

  static Loop of(UnaryOp op) {
    return switch (op) {
      case NEG -> UnaryGradLoops::neg;
      case ABS -> UnaryGradLoops::abs;
      case SQUARE -> UnaryGradLoops::square;
      case SQRT -> UnaryGradLoops::sqrt;
      case RSQRT -> UnaryGradLoops::rsqrt;
      case RECIPROCAL -> UnaryGradLoops::reciprocal;
      case EXP -> UnaryGradLoops::exp;
      case LOG -> UnaryGradLoops::log;
      case TANH -> UnaryGradLoops::tanh;
      case SIGMOID -> UnaryGradLoops::sigmoid;
      case RELU -> UnaryGradLoops::relu;
      case SILU -> UnaryGradLoops::silu;
      case MISH -> ActivationLoops::mishGrad;
      case GELU -> GeluLoops.BEST::geluGrad;
      case GELU_TANH -> TanhGeluLoops::geluGrad;
    };
  }

  /** Runs a loop over any number of elements; the last few go through scratch memory. */
  static void run(Loop loop, long dx, long dy, long x, long y, int n) {
    int whole = Lanes.whole(n);
    if (whole > 0) {
      loop.run(dx, dy, x, y, whole);
    }
    if (whole < n) {
      var rest = Lanes.first(n - whole);
      long from = 4L * whole;
      Scratch scratch = Scratch.ofThread();
      Lanes.store(Lanes.load(dy + from, rest), scratch.slot(0));
      Lanes.store(Lanes.load(x + from, rest), scratch.slot(1));
      Lanes.store(Lanes.load(y + from, rest), scratch.slot(2));
      loop.run(scratch.slot(0), scratch.slot(0), scratch.slot(1), scratch.slot(2), Lanes.COUNT);
      Lanes.store(Lanes.load(scratch.slot(0)), dx + from, rest);
    }
  }

  /** -1, 0 or 1; 0 for NaN, as in PyTorch. */
  private static FloatVector sign(FloatVector x) {
    return Lanes.all(0f)
        .blend(1f, x.compare(VectorOperators.GT, 0f))
        .blend(-1f, x.compare(VectorOperators.LT, 0f));
  }

  private static void neg(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      Lanes.store(d.neg(), dx + 4L * i);
    }
  }

  private static void abs(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector x = Lanes.load(x0 + 4L * i);
      Lanes.store(d.mul(sign(x)), dx + 4L * i);
    }
  }

  private static void square(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector x = Lanes.load(x0 + 4L * i);
      Lanes.store(d.mul(x.add(x)), dx + 4L * i);
    }
  }

  private static void sqrt(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector y = Lanes.load(y0 + 4L * i);
      Lanes.store(d.div(y.add(y)), dx + 4L * i);
    }
  }

  private static void rsqrt(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector y = Lanes.load(y0 + 4L * i);
      Lanes.store(d.mul(y.mul(y).mul(y)).mul(-0.5f), dx + 4L * i);
    }
  }

  private static void reciprocal(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector y = Lanes.load(y0 + 4L * i);
      Lanes.store(d.mul(y.mul(y)).neg(), dx + 4L * i);
    }
  }

  private static void exp(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector y = Lanes.load(y0 + 4L * i);
      Lanes.store(d.mul(y), dx + 4L * i);
    }
  }

  private static void log(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector x = Lanes.load(x0 + 4L * i);
      Lanes.store(d.div(x), dx + 4L * i);
    }
  }

  private static void tanh(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector y = Lanes.load(y0 + 4L * i);
      Lanes.store(d.mul(y.mul(y).neg().add(1f)), dx + 4L * i);
    }
  }

  private static void sigmoid(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector y = Lanes.load(y0 + 4L * i);
      Lanes.store(d.mul(y.mul(y.neg().add(1f))), dx + 4L * i);
    }
  }

  private static void relu(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector x = Lanes.load(x0 + 4L * i);
      Lanes.store(d.blend(0f, x.compare(VectorOperators.LE, 0f)), dx + 4L * i);
    }
  }

  private static void silu(long dx, long dy, long x0, long y0, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector x = Lanes.load(x0 + 4L * i);
      FloatVector s = VectorMath.sigmoid(x);
      Lanes.store(d.mul(s.neg().add(1f).fma(x, Lanes.all(1f)).mul(s)), dx + 4L * i);
    }
  }
}
