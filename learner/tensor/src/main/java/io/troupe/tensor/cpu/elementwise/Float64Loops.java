package io.troupe.tensor.cpu.elementwise;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.ActivationOp;

/** Element-wise loops over doubles: plain, the reference of gradient checks. */
public final class Float64Loops {
  private Float64Loops() {}

  static void unary(UnaryOp op, long out, long a, long n) {
    for (long i = 0; i < n; i++) {
      setDouble(out + 8 * i, Float64Functions.unary(op, getDouble(a + 8 * i)));
    }
  }

  static void unaryGrad(UnaryOp op, long dx, long dy, long x, long y, long n) {
    for (long i = 0; i < n; i++) {
      long at = 8 * i;
      double slope =
          Float64Functions.unaryGrad(op, getDouble(dy + at), getDouble(x + at), getDouble(y + at));
      setDouble(dx + at, slope);
    }
  }

  static void activation(ActivationOp op, long out, long a, long n) {
    for (long i = 0; i < n; i++) {
      setDouble(out + 8 * i, Float64Functions.activation(op, getDouble(a + 8 * i)));
    }
  }

  static void activationGrad(ActivationOp op, long dx, long dy, long x, long n) {
    for (long i = 0; i < n; i++) {
      long at = 8 * i;
      double slope = Float64Functions.activationGrad(op, getDouble(dy + at), getDouble(x + at));
      setDouble(dx + at, slope);
    }
  }

  /** {@code aMoves} and {@code bMoves} are -1, or 0 for an operand that stays. */
  static void binary(BinaryOp op, long out, long a, long aMoves, long b, long bMoves, long n) {
    for (long i = 0; i < n; i++) {
      double x = getDouble(a + (8 * i & aMoves));
      double y = getDouble(b + (8 * i & bMoves));
      setDouble(out + 8 * i, Float64Functions.binary(op, x, y));
    }
  }

  public static void addScaled(long target, long a, double factor, long n) {
    for (long i = 0; i < n; i++) {
      setDouble(target + 8 * i, getDouble(target + 8 * i) + factor * getDouble(a + 8 * i));
    }
  }

  static void swiglu(long out, long gate, long up, long n) {
    for (long i = 0; i < n; i++) {
      double g = getDouble(gate + 8 * i);
      setDouble(out + 8 * i, g * Float64Functions.sigmoid(g) * getDouble(up + 8 * i));
    }
  }

  static void swigluGrad(long dGate, long dUp, long dOut, long gate, long up, long n) {
    for (long i = 0; i < n; i++) {
      double d = getDouble(dOut + 8 * i);
      double g = getDouble(gate + 8 * i);
      double u = getDouble(up + 8 * i);
      double s = Float64Functions.sigmoid(g);
      setDouble(dGate + 8 * i, d * u * s * (1 + g * (1 - s)));
      setDouble(dUp + 8 * i, d * g * s);
    }
  }
}
