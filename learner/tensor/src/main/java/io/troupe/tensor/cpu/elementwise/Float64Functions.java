package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.ActivationOp;
import io.troupe.tensor.cpu.vectors.ErrorFunction;

/** Element-wise functions in double precision: the reference of gradient checks. */
public final class Float64Functions {
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  private Float64Functions() {}

  static double unary(UnaryOp op, double x) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case RELU -> Math.max(x, 0);
      case SILU -> x * sigmoid(x);
      case MISH -> x * mishGate(x);
      case GELU -> x * normalCdf(x);
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(tanhArgument(x)));
    };
  }

  /** {@code dy * op'(x)}, where {@code y = op(x)}. */
  static double unaryGrad(UnaryOp op, double dy, double x, double y) {
    return switch (op) {
      case NEG -> -dy;
      case ABS -> x > 0 ? dy : x < 0 ? -dy : 0;
      case SQUARE -> dy * 2 * x;
      case SQRT -> dy / (2 * y);
      case RSQRT -> dy * -0.5 * y * y * y;
      case RECIPROCAL -> -dy * y * y;
      case EXP -> dy * y;
      case LOG -> dy / x;
      case TANH -> dy * (1 - y * y);
      case SIGMOID -> dy * y * (1 - y);
      case RELU -> x <= 0 ? 0 : dy;
      case SILU -> dy * sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      case MISH -> {
        double gate = mishGate(x);
        yield dy * (gate + x * (1 - gate * gate) * sigmoid(x));
      }
      case GELU -> dy * (normalCdf(x) + x * normalDensity(x));
      case GELU_TANH -> dy * geluTanhSlope(x);
    };
  }

  static double activation(ActivationOp op, double x) {
    return switch (op) {
      case ActivationOp.LeakyRelu(double slope) -> x > 0 ? x : slope * x;
      case ActivationOp.Elu(double alpha, double scale) ->
          scale * (x > 0 ? x : alpha * Math.expm1(x));
      case ActivationOp.Softplus(double beta, double threshold) ->
          beta * x > threshold ? x : softplus(beta * x) / beta;
    };
  }

  /** {@code dy * op'(x)}. */
  static double activationGrad(ActivationOp op, double dy, double x) {
    return switch (op) {
      case ActivationOp.LeakyRelu(double slope) -> x > 0 ? dy : slope * dy;
      case ActivationOp.Elu(double alpha, double scale) ->
          dy * scale * (x > 0 ? 1 : alpha * Math.exp(x));
      case ActivationOp.Softplus(double beta, double threshold) ->
          beta * x > threshold ? dy : dy * sigmoid(beta * x);
    };
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** {@code tanh(softplus(x))}. */
  private static double mishGate(double x) {
    return Math.tanh(softplus(x));
  }

  public static double binary(BinaryOp op, double a, double b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case POW -> pow(a, b);
      case LESS -> a < b ? 1 : 0;
      case GREATER -> a > b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
    };
  }

  /**
   * {@code a} to the power of {@code b} as in C and PyTorch: 1 to any power is 1, and -1 to an
   * infinite one, where Java says NaN.
   */
  public static double pow(double a, double b) {
    return a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
  }

  public static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double normalCdf(double x) {
    return 0.5 * (1 + ErrorFunction.erf(x * Math.sqrt(0.5)));
  }

  private static double normalDensity(double x) {
    return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }

  private static double tanhArgument(double x) {
    return SQRT_2_OVER_PI * (x + GELU_CUBIC * x * x * x);
  }

  private static double geluTanhSlope(double x) {
    double t = Math.tanh(tanhArgument(x));
    double du = SQRT_2_OVER_PI * (1 + 3 * GELU_CUBIC * x * x);
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du;
  }
}
