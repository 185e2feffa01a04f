package io.troupe.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions on vectors of floats, each with a scalar twin that gives the same bits.
 *
 * <p>Polynomials are those of Cephes (Moshier) and, for the error function, of N. Juffa, evaluated
 * with fused multiply-adds. Errors against the exact result are below 1.5 units in the last place
 * for exp, log and erf, and below 4 for tanh and sigmoid. Infinities and NaN behave as in {@link
 * Math}.
 */
public final class VectorMath {
  /** The widest vectors of this machine. */
  public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());

  /** Adding it rounds a small float to an integer, which stands in the low bits of the sum. */
  private static final float ROUND = 0x1.8p23f;

  private static final int ROUND_BITS = 0x4B400000;

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float EXP_OVERFLOW = 88.72284f;
  private static final float EXP_UNDERFLOW = -103.97208f;
  private static final float E0 = 1.9875691500e-4f;
  private static final float E1 = 1.3981999507e-3f;
  private static final float E2 = 8.3334519073e-3f;
  private static final float E3 = 4.1665795894e-2f;
  private static final float E4 = 1.6666665459e-1f;
  private static final float E5 = 5.0000001201e-1f;

  private static final int SQRT_HALF_BITS = 0x3F3504F3;
  private static final float L0 = 7.0376836292e-2f;
  private static final float L1 = -1.1514610310e-1f;
  private static final float L2 = 1.1676998740e-1f;
  private static final float L3 = -1.2420140846e-1f;
  private static final float L4 = 1.4249322787e-1f;
  private static final float L5 = -1.6668057665e-1f;
  private static final float L6 = 2.0000714765e-1f;
  private static final float L7 = -2.4999993993e-1f;
  private static final float L8 = 3.3333331174e-1f;

  private static final float TANH_SMALL = 0.625f;
  private static final float T0 = -5.70498872745e-3f;
  private static final float T1 = 2.06390887954e-2f;
  private static final float T2 = -5.37397155531e-2f;
  private static final float T3 = 1.33314422036e-1f;
  private static final float T4 = -3.33332819422e-1f;

  private static final float ERF_SMALL = 0.927734375f;
  private static final float F0 = -1.72853470e-5f;
  private static final float F1 = 3.83197126e-4f;
  private static final float F2 = -3.88396438e-3f;
  private static final float F3 = 2.42546219e-2f;
  private static final float F4 = -1.06777877e-1f;
  private static final float F5 = -6.34846687e-1f;
  private static final float F6 = -1.28717512e-1f;
  private static final float G0 = -5.96761703e-4f;
  private static final float G1 = 4.99119423e-3f;
  private static final float G2 = -2.67681349e-2f;
  private static final float G3 = 1.12819925e-1f;
  private static final float G4 = -3.76125336e-1f;
  private static final float G5 = 1.28379166e-1f;

  private VectorMath() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** e to the power of each lane. */
  public static FloatVector exp(FloatVector x) {
    // x = n ln2 + r with |r| <= ln2 / 2; e^x = 2^n e^r
    FloatVector shifted = x.fma(all(LOG2_E), all(ROUND));
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
    FloatVector p = r.fma(all(E0), all(E1));
    p = p.fma(r, all(E2)).fma(r, all(E3)).fma(r, all(E4)).fma(r, all(E5));
    p = p.fma(r.mul(r), r).add(1f);
    // 2^n in two factors, so that n may pass the range of one exponent
    IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS);
    IntVector half = power.lanewise(VectorOperators.ASHR, 1);
    FloatVector result = p.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
    return result
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_OVERFLOW))
        .blend(0f, x.compare(VectorOperators.LT, EXP_UNDERFLOW));
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /** The scalar twin of {@link #exp(FloatVector)}. */
  public static float exp(float x) {
    float shifted = Math.fma(x, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float p = Math.fma(r, E0, E1);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E4);
    p = Math.fma(p, r, E5);
    p = Math.fma(p, r * r, r) + 1f;
    int power = Float.floatToRawIntBits(shifted) - ROUND_BITS;
    int half = power >> 1;
    float result = p * powerOfTwo(half) * powerOfTwo(power - half);
    if (x > EXP_OVERFLOW) {
      return Float.POSITIVE_INFINITY;
    }
    return x < EXP_UNDERFLOW ? 0f : result;
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }

  /** The natural logarithm of each lane. */
  public static FloatVector log(FloatVector x) {
    // x = 2^n m with sqrt(1/2) <= m < sqrt(2); denormals are scaled up first
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    IntVector bits = x.blend(x.mul(0x1p23f), tiny).reinterpretAsInts();
    IntVector power = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    IntVector mantissa = bits.sub(power.lanewise(VectorOperators.LSHL, 23));
    FloatVector n = power.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
    n = n.blend(n.sub(23f), tiny);
    FloatVector m = mantissa.reinterpretAsFloats().sub(1f);
    FloatVector p = m.fma(all(L0), all(L1));
    p = p.fma(m, all(L2)).fma(m, all(L3)).fma(m, all(L4)).fma(m, all(L5));
    p = p.fma(m, all(L6)).fma(m, all(L7)).fma(m, all(L8));
    FloatVector square = m.mul(m);
    p = n.fma(all(LN2_LOW), p.mul(m).mul(square));
    FloatVector result = n.fma(all(LN2_HIGH), m.add(square.fma(all(-0.5f), p)));
    return result
        .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f))
        .blend(Float.NaN, x.compare(VectorOperators.LT, 0f))
        .blend(x, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not());
  }

  /** The scalar twin of {@link #log(FloatVector)}. */
  public static float log(float x) {
    if (!(x < Float.POSITIVE_INFINITY)) {
      return x;
    }
    if (x <= 0) {
      return x == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
    }
    boolean tiny = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(tiny ? x * 0x1p23f : x);
    int power = (bits - SQRT_HALF_BITS) >> 23;
    float n = tiny ? power - 23f : power;
    float m = Float.intBitsToFloat(bits - (power << 23)) - 1f;
    float p = Math.fma(m, L0, L1);
    p = Math.fma(p, m, L2);
    p = Math.fma(p, m, L3);
    p = Math.fma(p, m, L4);
    p = Math.fma(p, m, L5);
    p = Math.fma(p, m, L6);
    p = Math.fma(p, m, L7);
    p = Math.fma(p, m, L8);
    float square = m * m;
    p = Math.fma(n, LN2_LOW, p * m * square);
    return Math.fma(n, LN2_HIGH, m + Math.fma(square, -0.5f, p));
  }

  /** 1 / (1 + e^-x) of each lane. */
  public static FloatVector sigmoid(FloatVector x) {
    return all(1f).div(exp(x.neg()).add(1f));
  }

  /** The scalar twin of {@link #sigmoid(FloatVector)}. */
  public static float sigmoid(float x) {
    return 1f / (exp(-x) + 1f);
  }

  /** The hyperbolic tangent of each lane. */
  public static FloatVector tanh(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector p = square.fma(all(T0), all(T1));
    p = p.fma(square, all(T2)).fma(square, all(T3)).fma(square, all(T4));
    FloatVector small = p.mul(square).fma(x, x);
    FloatVector magnitude = x.abs();
    FloatVector large = all(1f).sub(all(2f).div(exp(magnitude.add(magnitude)).add(1f)));
    return withSignOf(x, large).blend(small, magnitude.compare(VectorOperators.LT, TANH_SMALL));
  }

  /** The scalar twin of {@link #tanh(FloatVector)}. */
  public static float tanh(float x) {
    float magnitude = Math.abs(x);
    if (magnitude < TANH_SMALL) {
      float square = x * x;
      float p = Math.fma(square, T0, T1);
      p = Math.fma(p, square, T2);
      p = Math.fma(p, square, T3);
      p = Math.fma(p, square, T4);
      return Math.fma(p * square, x, x);
    }
    return withSignOf(x, 1f - 2f / (exp(magnitude + magnitude) + 1f));
  }

  /** The error function of each lane. */
  public static FloatVector erf(FloatVector x) {
    FloatVector t = x.abs();
    FloatVector s = x.mul(x);
    FloatVector r = t.fma(all(F0), all(F1));
    r = r.fma(s, t.fma(all(F2), all(F3)));
    r = r.fma(t, all(F4)).fma(t, all(F5)).fma(t, all(F6)).fma(t, t.neg());
    FloatVector large = withSignOf(x, all(1f).sub(exp(r)));
    FloatVector p = s.fma(all(G0), all(G1));
    p = p.fma(s, all(G2)).fma(s, all(G3)).fma(s, all(G4)).fma(s, all(G5));
    FloatVector small = p.fma(x, x);
    return small.blend(large, t.compare(VectorOperators.GT, ERF_SMALL));
  }

  /** The scalar twin of {@link #erf(FloatVector)}. */
  public static float erf(float x) {
    float t = Math.abs(x);
    float s = x * x;
    if (t > ERF_SMALL) {
      float r = Math.fma(t, F0, F1);
      r = Math.fma(r, s, Math.fma(t, F2, F3));
      r = Math.fma(r, t, F4);
      r = Math.fma(r, t, F5);
      r = Math.fma(r, t, F6);
      r = Math.fma(r, t, -t);
      return withSignOf(x, 1f - exp(r));
    }
    float p = Math.fma(s, G0, G1);
    p = Math.fma(p, s, G2);
    p = Math.fma(p, s, G3);
    p = Math.fma(p, s, G4);
    p = Math.fma(p, s, G5);
    return Math.fma(p, x, x);
  }

  private static FloatVector withSignOf(FloatVector sign, FloatVector magnitude) {
    IntVector signBit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return magnitude.reinterpretAsInts().or(signBit).reinterpretAsFloats();
  }

  private static float withSignOf(float sign, float magnitude) {
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(magnitude) | (Float.floatToRawIntBits(sign) & Integer.MIN_VALUE));
  }

  /** Lanes of ints as wide as {@link #SPECIES}. */
  static VectorSpecies<Integer> ints() {
    return INTS;
  }

  // ---- double precision: the reference of gradient checks ------------------------------------

  /** The error function in double precision, to about 1e-15. */
  public static double erf(double x) {
    double t = Math.abs(x);
    if (!(t < 6)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    return t < 3 ? erfSeries(x) : Math.signum(x) * (1 - erfcFraction(t));
  }

  /** erf(x) = 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)). */
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** erfc(x) by its continued fraction, for x of 3 or more. */
  private static double erfcFraction(double x) {
    double fraction = 0;
    for (int n = 60; n > 0; n--) {
      fraction = n / 2.0 / (x + fraction);
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
  }
}
