package io.troupe.tensor.cpu.vectors;

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

  // The generated code of this package has the same constants.

  /** Adding it rounds a small float to an integer, which stands in the low bits of the sum. */
  static final float ROUND = 0x1.8p23f;

  private static final int ROUND_BITS = 0x4B400000;

  static final float LOG2_E = 1.44269504f;
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;
  private static final float EXP_OVERFLOW = 88.72284f;
  static final float EXP_UNDERFLOW = -103.97208f;
  private static final float EXPM1_SMALL = 0.34657359f; // ln2 / 2
  static final float E0 = 1.9875691500e-4f;
  static final float E1 = 1.3981999507e-3f;
  static final float E2 = 8.3334519073e-3f;
  static final float E3 = 4.1665795894e-2f;
  static final float E4 = 1.6666665459e-1f;
  static final float E5 = 5.0000001201e-1f;

  static final int SQRT_HALF_BITS = 0x3F3504F3;
  static final float L0 = 7.0376836292e-2f;
  static final float L1 = -1.1514610310e-1f;
  static final float L2 = 1.1676998740e-1f;
  static final float L3 = -1.2420140846e-1f;
  static final float L4 = 1.4249322787e-1f;
  static final float L5 = -1.6668057665e-1f;
  static final float L6 = 2.0000714765e-1f;
  static final float L7 = -2.4999993993e-1f;
  static final float L8 = 3.3333331174e-1f;

  private static final float TANH_SMALL = 0.625f;
  private static final float T0 = -5.70498872745e-3f;
  private static final float T1 = 2.06390887954e-2f;
  private static final float T2 = -5.37397155531e-2f;
  private static final float T3 = 1.33314422036e-1f;
  private static final float T4 = -3.33332819422e-1f;

  static final float ERF_SMALL = 0.927734375f;
  static final float F0 = -1.72853470e-5f;
  static final float F1 = 3.83197126e-4f;
  static final float F2 = -3.88396438e-3f;
  static final float F3 = 2.42546219e-2f;
  static final float F4 = -1.06777877e-1f;
  static final float F5 = -6.34846687e-1f;
  static final float F6 = -1.28717512e-1f;
  static final float G0 = -5.96761703e-4f;
  static final float G1 = 4.99119423e-3f;
  static final float G2 = -2.67681349e-2f;
  static final float G3 = 1.12819925e-1f;
  static final float G4 = -3.76125336e-1f;
  static final float G5 = 1.28379166e-1f;

  // Vectors of the constants: made once, since making them anew in every function would use up what
  // the compiler is willing to inline into one loop.
  private static final FloatVector V_LOG2_E = all(LOG2_E);
  private static final FloatVector V_ROUND = all(ROUND);
  private static final FloatVector V_MINUS_LN2_LOW = all(-LN2_LOW);
  private static final FloatVector V_MINUS_LN2_HIGH = all(-LN2_HIGH);
  private static final FloatVector V_E0 = all(E0);
  private static final FloatVector V_E1 = all(E1);
  private static final FloatVector V_E2 = all(E2);
  private static final FloatVector V_E3 = all(E3);
  private static final FloatVector V_E4 = all(E4);
  private static final FloatVector V_E5 = all(E5);
  private static final FloatVector V_EXPM1_SMALL = all(EXPM1_SMALL);
  private static final FloatVector V_ONE = all(1f);
  private static final FloatVector V_INFINITY = all(Float.POSITIVE_INFINITY);
  private static final FloatVector V_EXP_OVERFLOW = all(EXP_OVERFLOW);
  private static final FloatVector V_ZERO = all(0f);
  private static final FloatVector V_EXP_UNDERFLOW = all(EXP_UNDERFLOW);
  private static final FloatVector V_MIN_NORMAL = all(Float.MIN_NORMAL);
  private static final FloatVector V_TWO_TO_23 = all(0x1p23f);
  private static final FloatVector V_TWENTY_THREE = all(23f);
  private static final FloatVector V_L0 = all(L0);
  private static final FloatVector V_L1 = all(L1);
  private static final FloatVector V_L2 = all(L2);
  private static final FloatVector V_L3 = all(L3);
  private static final FloatVector V_L4 = all(L4);
  private static final FloatVector V_L5 = all(L5);
  private static final FloatVector V_L6 = all(L6);
  private static final FloatVector V_L7 = all(L7);
  private static final FloatVector V_L8 = all(L8);
  private static final FloatVector V_LN2_LOW = all(LN2_LOW);
  private static final FloatVector V_LN2_HIGH = all(LN2_HIGH);
  private static final FloatVector V_MINUS_HALF = all(-0.5f);
  private static final FloatVector V_MINUS_INFINITY = all(Float.NEGATIVE_INFINITY);
  private static final FloatVector V_NAN = all(Float.NaN);
  private static final FloatVector V_T0 = all(T0);
  private static final FloatVector V_T1 = all(T1);
  private static final FloatVector V_T2 = all(T2);
  private static final FloatVector V_T3 = all(T3);
  private static final FloatVector V_T4 = all(T4);
  private static final FloatVector V_TWO = all(2f);
  private static final FloatVector V_TANH_SMALL = all(TANH_SMALL);
  private static final FloatVector V_F0 = all(F0);
  private static final FloatVector V_F1 = all(F1);
  private static final FloatVector V_F2 = all(F2);
  private static final FloatVector V_F3 = all(F3);
  private static final FloatVector V_F4 = all(F4);
  private static final FloatVector V_F5 = all(F5);
  private static final FloatVector V_F6 = all(F6);
  private static final FloatVector V_G0 = all(G0);
  private static final FloatVector V_G1 = all(G1);
  private static final FloatVector V_G2 = all(G2);
  private static final FloatVector V_G3 = all(G3);
  private static final FloatVector V_G4 = all(G4);
  private static final FloatVector V_G5 = all(G5);
  private static final FloatVector V_ERF_SMALL = all(ERF_SMALL);

  private VectorMath() {}

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** e to the power of each lane. */
  public static FloatVector exp(FloatVector x) {
    // x = n ln2 + r with |r| <= ln2 / 2; e^x = 2^n e^r
    FloatVector shifted = x.fma(V_LOG2_E, V_ROUND);
    FloatVector n = shifted.sub(V_ROUND);
    FloatVector r = n.fma(V_MINUS_LN2_LOW, n.fma(V_MINUS_LN2_HIGH, x));
    FloatVector p = r.fma(V_E0, V_E1);
    p = p.fma(r, V_E2).fma(r, V_E3).fma(r, V_E4).fma(r, V_E5);
    p = p.fma(r.mul(r), r).add(V_ONE);
    // 2^n in two factors, so that n may pass the range of one exponent
    IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS);
    IntVector half = power.lanewise(VectorOperators.ASHR, 1);
    FloatVector result = p.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
    return result
        .blend(V_INFINITY, x.compare(VectorOperators.GT, V_EXP_OVERFLOW))
        .blend(V_ZERO, x.compare(VectorOperators.LT, V_EXP_UNDERFLOW));
  }

  /** e to the power of each lane, minus 1, without cancellation near 0. */
  public static FloatVector expm1(FloatVector x) {
    FloatVector p = x.fma(V_E0, V_E1);
    p = p.fma(x, V_E2).fma(x, V_E3).fma(x, V_E4).fma(x, V_E5);
    FloatVector small = p.fma(x.mul(x), x);
    return exp(x).sub(V_ONE).blend(small, x.abs().compare(VectorOperators.LT, V_EXPM1_SMALL));
  }

  /** The scalar twin of {@link #expm1(FloatVector)}. */
  public static float expm1(float x) {
    if (!(Math.abs(x) < EXPM1_SMALL)) {
      return exp(x) - 1f;
    }
    float p = Math.fma(x, E0, E1);
    p = Math.fma(p, x, E2);
    p = Math.fma(p, x, E3);
    p = Math.fma(p, x, E4);
    p = Math.fma(p, x, E5);
    return Math.fma(p, x * x, x);
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
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, V_MIN_NORMAL);
    IntVector bits = x.blend(x.mul(V_TWO_TO_23), tiny).reinterpretAsInts();
    IntVector power = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    IntVector mantissa = bits.sub(power.lanewise(VectorOperators.LSHL, 23));
    FloatVector n = power.add(ROUND_BITS).reinterpretAsFloats().sub(V_ROUND);
    n = n.blend(n.sub(V_TWENTY_THREE), tiny);
    FloatVector m = mantissa.reinterpretAsFloats().sub(V_ONE);
    FloatVector p = m.fma(V_L0, V_L1);
    p = p.fma(m, V_L2).fma(m, V_L3).fma(m, V_L4).fma(m, V_L5);
    p = p.fma(m, V_L6).fma(m, V_L7).fma(m, V_L8);
    FloatVector square = m.mul(m);
    p = n.fma(V_LN2_LOW, p.mul(m).mul(square));
    FloatVector result = n.fma(V_LN2_HIGH, m.add(square.fma(V_MINUS_HALF, p)));
    return result
        .blend(V_MINUS_INFINITY, x.compare(VectorOperators.EQ, V_ZERO))
        .blend(V_NAN, x.compare(VectorOperators.LT, V_ZERO))
        .blend(x, x.compare(VectorOperators.LT, V_INFINITY).not());
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

  /** log(1 + x) of each lane of 0 or more, exact for tiny ones (Kahan). */
  public static FloatVector log1p(FloatVector x) {
    FloatVector sum = x.add(V_ONE);
    FloatVector rounded = sum.sub(V_ONE);
    VectorMask<Float> itself =
        rounded
            .compare(VectorOperators.EQ, V_ZERO)
            .or(rounded.compare(VectorOperators.EQ, V_INFINITY));
    return log(sum).mul(x.div(rounded)).blend(x, itself);
  }

  /** The scalar twin of {@link #log1p(FloatVector)}. */
  public static float log1p(float x) {
    float sum = x + 1f;
    float rounded = sum - 1f;
    return rounded == 0 || rounded == Float.POSITIVE_INFINITY ? x : log(sum) * (x / rounded);
  }

  /** 1 / (1 + e^-x) of each lane. */
  public static FloatVector sigmoid(FloatVector x) {
    return V_ONE.div(exp(x.neg()).add(V_ONE));
  }

  /** The scalar twin of {@link #sigmoid(FloatVector)}. */
  public static float sigmoid(float x) {
    return 1f / (exp(-x) + 1f);
  }

  /** The hyperbolic tangent of each lane. */
  public static FloatVector tanh(FloatVector x) {
    return tanh(x, exp(tanhExponent(x)));
  }

  /**
   * The exponent whose exponential {@link #tanh(FloatVector, FloatVector)} takes: twice the
   * magnitude.
   */
  public static FloatVector tanhExponent(FloatVector x) {
    FloatVector magnitude = x.abs();
    return magnitude.add(magnitude);
  }

  /** The hyperbolic tangent, given the exponential of {@link #tanhExponent}. */
  public static FloatVector tanh(FloatVector x, FloatVector exponential) {
    FloatVector square = x.mul(x);
    FloatVector p = square.fma(V_T0, V_T1);
    p = p.fma(square, V_T2).fma(square, V_T3).fma(square, V_T4);
    FloatVector small = p.mul(square).fma(x, x);
    FloatVector large = V_ONE.sub(V_TWO.div(exponential.add(V_ONE)));
    return withSignOf(x, large).blend(small, x.abs().compare(VectorOperators.LT, V_TANH_SMALL));
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
    return erf(x, exp(erfExponent(x)));
  }

  /** The exponent whose exponential {@link #erf(FloatVector, FloatVector)} takes. */
  public static FloatVector erfExponent(FloatVector x) {
    FloatVector t = x.abs();
    FloatVector s = x.mul(x);
    FloatVector r = t.fma(V_F0, V_F1);
    r = r.fma(s, t.fma(V_F2, V_F3));
    return r.fma(t, V_F4).fma(t, V_F5).fma(t, V_F6).fma(t, t.neg());
  }

  /** The error function, given the exponential of {@link #erfExponent}. */
  public static FloatVector erf(FloatVector x, FloatVector exponential) {
    FloatVector s = x.mul(x);
    FloatVector large = withSignOf(x, V_ONE.sub(exponential));
    FloatVector p = s.fma(V_G0, V_G1);
    p = p.fma(s, V_G2).fma(s, V_G3).fma(s, V_G4).fma(s, V_G5);
    return p.fma(x, x).blend(large, x.abs().compare(VectorOperators.GT, V_ERF_SMALL));
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
}
