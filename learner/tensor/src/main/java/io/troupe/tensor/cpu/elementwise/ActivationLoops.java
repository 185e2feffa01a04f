package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.backend.ActivationOp;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The loops of {@link ActivationOp} and of Mish over floats, whole vectors, with gradients. */
final class ActivationLoops {
  private static final int BLOCK = 1024;

  /** Above it, Mish equals x exactly, and its exponential must not be squared. */
  private static final FloatVector MISH_LINEAR = Lanes.all(20f);

  private ActivationLoops() {}

  static UnaryLoops.Loop of(ActivationOp op) {
    return switch (op) {
      case ActivationOp.LeakyRelu(double slope) ->
          (out, a, n) -> leakyRelu(out, a, (float) slope, n);
      case ActivationOp.Elu(double alpha, double scale) ->
          (out, a, n) -> elu(out, a, (float) scale, (float) (scale * alpha), n);
      case ActivationOp.Softplus(double beta, double threshold) ->
          (out, a, n) -> softplus(out, a, (float) beta, (float) threshold, n);
    };
  }

  static UnaryGradLoops.Loop gradientOf(ActivationOp op) {
    return switch (op) {
      case ActivationOp.LeakyRelu(double slope) ->
          (dx, dy, x, _, n) -> leakyReluGrad(dx, dy, x, (float) slope, n);
      case ActivationOp.Elu(double alpha, double scale) ->
          (dx, dy, x, _, n) -> eluGrad(dx, dy, x, (float) scale, (float) (scale * alpha), n);
      case ActivationOp.Softplus(double beta, double threshold) ->
          (dx, dy, x, _, n) -> softplusGrad(dx, dy, x, (float) beta, (float) threshold, n);
    };
  }

  private static void leakyRelu(long out, long a, float slope, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      VectorMask<Float> up = x.compare(VectorOperators.GT, 0f);
      Lanes.store(x.mul(slope).blend(x, up), out + 4L * i);
    }
  }

  private static void leakyReluGrad(long dx, long dy, long a, float slope, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      VectorMask<Float> up = Lanes.load(a + 4L * i).compare(VectorOperators.GT, 0f);
      Lanes.store(d.mul(slope).blend(d, up), dx + 4L * i);
    }
  }

  private static void elu(long out, long a, float above, float below, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      VectorMask<Float> down = x.compare(VectorOperators.LE, 0f);
      Lanes.store(x.mul(above).blend(VectorMath.expm1(x).mul(below), down), out + 4L * i);
    }
  }

  private static void eluGrad(long dx, long dy, long a, float above, float below, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector x = Lanes.load(a + 4L * i);
      VectorMask<Float> down = x.compare(VectorOperators.LE, 0f);
      FloatVector slope = Lanes.all(above).blend(VectorMath.exp(x).mul(below), down);
      Lanes.store(d.mul(slope), dx + 4L * i);
    }
  }

  /**
   * By max(z, 0) + log(1 + exp(-|z|)), in short passes: one loop would exceed the compiler's
   * limits.
   */
  private static void softplus(long out, long a, float beta, float threshold, int n) {
    long e = Scratch.ofThread().reserve(4L * BLOCK);
    for (int from = 0; from < n; from += BLOCK) {
      int length = Math.min(BLOCK, n - from);
      long at = 4L * from;
      minusMagnitudeExp(e, a + at, beta, length);
      finishSoftplus(out + at, a + at, e, beta, threshold, length);
    }
  }

  private static void minusMagnitudeExp(long out, long a, float beta, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector z = Lanes.load(a + 4L * i).mul(beta);
      Lanes.store(VectorMath.exp(z.abs().neg()), out + 4L * i);
    }
  }

  private static void finishSoftplus(long out, long a, long e, float beta, float threshold, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      FloatVector z = x.mul(beta);
      FloatVector y = z.max(0f).add(VectorMath.log1p(Lanes.load(e + 4L * i))).div(beta);
      Lanes.store(y.blend(x, z.compare(VectorOperators.GT, threshold)), out + 4L * i);
    }
  }

  private static void softplusGrad(long dx, long dy, long a, float beta, float threshold, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector z = Lanes.load(a + 4L * i).mul(beta);
      FloatVector slope = d.mul(VectorMath.sigmoid(z));
      Lanes.store(slope.blend(d, z.compare(VectorOperators.GT, threshold)), dx + 4L * i);
    }
  }

  /** With {@code m = e^x (e^x + 2)}, tanh(log(1 + e^x)) is m / (m + 2). */
  static void mish(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      FloatVector e = VectorMath.exp(x);
      FloatVector m = e.mul(e.add(2f));
      FloatVector y = x.mul(m.div(m.add(2f)));
      Lanes.store(y.blend(x, x.compare(VectorOperators.GT, MISH_LINEAR)), out + 4L * i);
    }
  }

  /** With the gate t = m / (m + 2): {@code dx = dy (t + x (1 - t^2) sigmoid(x))}. */
  static void mishGrad(long dx, long dy, long a, long y, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i);
      FloatVector x = Lanes.load(a + 4L * i);
      FloatVector e = VectorMath.exp(x);
      FloatVector m = e.mul(e.add(2f));
      FloatVector inverse = Lanes.all(1f).div(m.add(2f));
      FloatVector bend = m.add(1f).mul(4f).mul(inverse).mul(inverse); // 1 - t^2
      FloatVector sigmoid = e.div(e.add(1f));
      FloatVector slope = m.mul(inverse).add(x.mul(bend).mul(sigmoid));
      slope = slope.blend(1f, x.compare(VectorOperators.GT, MISH_LINEAR));
      Lanes.store(d.mul(slope), dx + 4L * i);
    }
  }
}
