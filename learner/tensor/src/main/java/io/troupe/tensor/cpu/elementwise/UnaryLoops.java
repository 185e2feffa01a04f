package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;

/**
 * The loops of {@link UnaryOp} over floats.
 *
 * <p>Each function has its own loop: a loop with the function as a parameter would call it through
 * memory, vector by vector.
 */
public final class UnaryLoops {
  /** Elements that go through several passes at once; they stay in the fastest cache. */
  private static final int BLOCK = 1024;

  private UnaryLoops() {}

  /** A loop over whole vectors: {@code n} is a multiple of the lanes. */
  @FunctionalInterface
  public interface Loop {
    void run(long out, long a, int n);
  }

  public static Loop of(UnaryOp op) {
    return switch (op) {
      case NEG -> UnaryLoops::neg;
      case ABS -> UnaryLoops::abs;
      case SQUARE -> UnaryLoops::square;
      case SQRT -> UnaryLoops::sqrt;
      case RSQRT -> UnaryLoops::rsqrt;
      case RECIPROCAL -> UnaryLoops::reciprocal;
      case EXP -> UnaryLoops::exp;
      case LOG -> UnaryLoops::log;
      case TANH -> UnaryLoops::tanh;
      case SIGMOID -> UnaryLoops::sigmoid;
      case RELU -> UnaryLoops::relu;
      case SILU -> UnaryLoops::silu;
      case MISH -> ActivationLoops::mish;
      case GELU -> GeluLoops.BEST::gelu;
      case GELU_TANH -> TanhGeluLoops::gelu;
    };
  }

  /** Runs a loop over any number of elements; the last few go through scratch memory. */
  public static void run(Loop loop, long out, long a, int n) {
    int whole = Lanes.whole(n);
    if (whole > 0) {
      loop.run(out, a, whole);
    }
    if (whole < n) {
      var rest = Lanes.first(n - whole);
      long slot = Scratch.ofThread().slot(0);
      Lanes.store(Lanes.load(a + 4L * whole, rest), slot);
      loop.run(slot, slot, Lanes.COUNT);
      Lanes.store(Lanes.load(slot), out + 4L * whole, rest);
    }
  }

  private static void neg(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(x.neg(), out + 4L * i);
    }
  }

  private static void abs(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(x.abs(), out + 4L * i);
    }
  }

  private static void square(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(x.mul(x), out + 4L * i);
    }
  }

  private static void sqrt(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(x.sqrt(), out + 4L * i);
    }
  }

  private static void rsqrt(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(Lanes.all(1f).div(x.sqrt()), out + 4L * i);
    }
  }

  private static void reciprocal(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(Lanes.all(1f).div(x), out + 4L * i);
    }
  }

  static void exp(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(VectorMath.exp(x), out + 4L * i);
    }
  }

  private static void log(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(VectorMath.log(x), out + 4L * i);
    }
  }

  /** Three passes: a single one would exceed the compiler's inlining limit. */
  private static void tanh(long out, long a, int n) {
    long e = Scratch.ofThread().reserve(4L * BLOCK);
    for (int from = 0; from < n; from += BLOCK) {
      int length = Math.min(BLOCK, n - from);
      long at = 4L * from;
      tanhExponents(e, a + at, length);
      exp(e, e, length);
      finishTanh(out + at, a + at, e, length);
    }
  }

  private static void tanhExponents(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      Lanes.store(VectorMath.tanhExponent(Lanes.load(a + 4L * i)), out + 4L * i);
    }
  }

  private static void finishTanh(long out, long a, long e, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector exponential = Lanes.load(e + 4L * i);
      Lanes.store(VectorMath.tanh(Lanes.load(a + 4L * i), exponential), out + 4L * i);
    }
  }

  private static void sigmoid(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(VectorMath.sigmoid(x), out + 4L * i);
    }
  }

  private static void relu(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(x.max(0f), out + 4L * i);
    }
  }

  private static void silu(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(x.div(VectorMath.exp(x.neg()).add(1f)), out + 4L * i);
    }
  }
}
