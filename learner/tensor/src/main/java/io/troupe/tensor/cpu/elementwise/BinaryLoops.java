package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The loops of {@link BinaryOp} over floats.
 *
 * <p>An operand that does not move is read from a slot that holds one vector of its value. {@code
 * aMoves} and {@code bMoves} are -1 or 0: the byte offset is masked with them.
 */
public final class BinaryLoops {
  private BinaryLoops() {}

  /** A loop over whole vectors: {@code n} is a multiple of the lanes. */
  @FunctionalInterface
  public interface Loop {
    void run(long out, long a, long aMoves, long b, long bMoves, int n);
  }

  static Loop of(BinaryOp op) {
    return switch (op) {
      case ADD -> BinaryLoops::add;
      case SUB -> BinaryLoops::sub;
      case MUL -> BinaryLoops::mul;
      case DIV -> BinaryLoops::div;
      case MAXIMUM -> BinaryLoops::maximum;
      case MINIMUM -> BinaryLoops::minimum;
      case LESS -> BinaryLoops::less;
      case GREATER -> BinaryLoops::greater;
      case EQUAL -> BinaryLoops::equal;
      case POW -> BinaryLoops::pow;
    };
  }

  /** Runs a loop over any number of elements; the last few go through scratch memory. */
  public static void run(Loop loop, long out, long a, long aMoves, long b, long bMoves, int n) {
    int whole = Lanes.whole(n);
    if (whole > 0) {
      loop.run(out, a, aMoves, b, bMoves, whole);
    }
    if (whole < n) {
      var rest = Lanes.first(n - whole);
      long from = 4L * whole;
      Scratch scratch = Scratch.ofThread();
      Lanes.store(Lanes.load(a + (from & aMoves), rest), scratch.slot(0));
      Lanes.store(Lanes.load(b + (from & bMoves), rest), scratch.slot(1));
      loop.run(scratch.slot(0), scratch.slot(0), -1, scratch.slot(1), -1, Lanes.COUNT);
      Lanes.store(Lanes.load(scratch.slot(0)), out + from, rest);
    }
  }

  private static FloatVector truth(VectorMask<Float> mask) {
    return Lanes.all(0f).blend(1f, mask);
  }

  private static void pow(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i++) {
      float x = Memory.getFloat(a + (4L * i & aMoves));
      float y = Memory.getFloat(b + (4L * i & bMoves));
      Memory.setFloat(out + 4L * i, (float) Float64Functions.pow(x, y));
    }
  }

  private static void add(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(x.add(y), out + 4L * i);
    }
  }

  private static void sub(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(x.sub(y), out + 4L * i);
    }
  }

  private static void mul(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(x.mul(y), out + 4L * i);
    }
  }

  private static void div(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(x.div(y), out + 4L * i);
    }
  }

  public static void maximum(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(x.max(y), out + 4L * i);
    }
  }

  private static void minimum(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(x.min(y), out + 4L * i);
    }
  }

  private static void less(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(truth(x.compare(VectorOperators.LT, y)), out + 4L * i);
    }
  }

  private static void greater(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(truth(x.compare(VectorOperators.GT, y)), out + 4L * i);
    }
  }

  private static void equal(long out, long a, long aMoves, long b, long bMoves, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + (4L * i & aMoves));
      FloatVector y = Lanes.load(b + (4L * i & bMoves));
      Lanes.store(truth(x.compare(VectorOperators.EQ, y)), out + 4L * i);
    }
  }
}
