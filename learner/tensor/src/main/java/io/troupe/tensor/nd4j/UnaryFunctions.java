package io.troupe.tensor.nd4j;

import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.ActivationOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The functions of {@link UnaryOp} and their derivatives on FLOAT64 arrays. */
final class UnaryFunctions {
  /** Constant of GPT-2's GELU approximation {@code 0.5 x (1 + tanh(SCALE (x + CUBIC x^3)))}. */
  private static final double SCALE = Math.sqrt(2 / Math.PI);

  private static final double CUBIC = 0.044715;

  /** For larger inputs, Mish equals x exactly. */
  private static final double MISH_LINEAR = 40;

  private UnaryFunctions() {}

  static INDArray apply(UnaryOp op, INDArray x) {
    return switch (op) {
      case NEG -> x.neg();
      case ABS -> Transforms.abs(x, true);
      case SQUARE -> x.mul(x);
      case SQRT -> Functions.sqrt(x);
      case RSQRT -> Functions.sqrt(x).rdivi(1);
      case RECIPROCAL -> x.rdiv(1);
      case EXP -> Functions.exp(x);
      case LOG -> Functions.log(x);
      case TANH -> Functions.tanh(x);
      case SIGMOID -> Functions.sigmoid(x);
      case RELU -> Functions.select(x.lt(0), Functions.zerosLike(x), x);
      case SILU -> x.mul(Functions.sigmoid(x));
      case MISH -> Functions.select(x.gt(MISH_LINEAR), x, x.mul(mishGate(x)));
      case GELU -> x.mul(Functions.normalCdf(x));
      case GELU_TANH -> geluTanhGate(x).muli(x);
    };
  }

  /** {@code dy * op'(x)}, where {@code y = op(x)}. */
  static INDArray gradient(UnaryOp op, INDArray dy, INDArray x, INDArray y) {
    return switch (op) {
      case NEG -> dy.neg();
      case ABS -> dy.mul(Transforms.sign(x, true));
      case SQUARE -> dy.mul(x).muli(2);
      case SQRT -> dy.div(y.mul(2));
      case RSQRT -> dy.mul(-0.5).muli(y).muli(y).muli(y);
      case RECIPROCAL -> dy.neg().muli(y).muli(y);
      case EXP -> dy.mul(y);
      case LOG -> dy.div(x);
      case TANH -> dy.mul(y.mul(y).rsubi(1));
      case SIGMOID -> dy.mul(y).muli(y.rsub(1));
      case RELU -> Functions.select(x.lte(0), Functions.zerosLike(x), dy);
      case SILU -> dy.mul(siluSlope(x));
      case MISH -> dy.mul(mishSlope(x));
      case GELU -> dy.mul(Functions.normalCdf(x).addi(Functions.normalDensity(x).muli(x)));
      case GELU_TANH -> dy.mul(geluTanhSlope(x));
    };
  }

  static INDArray apply(ActivationOp op, INDArray x) {
    return switch (op) {
      case ActivationOp.LeakyRelu(double slope) -> Functions.select(x.gt(0), x, x.mul(slope));
      case ActivationOp.Elu(double alpha, double scale) ->
          Functions.select(x.lte(0), Functions.expm1(x).muli(alpha), x).muli(scale);
      case ActivationOp.Softplus(double beta, double threshold) -> {
        INDArray z = x.mul(beta);
        yield Functions.select(z.gt(threshold), x, Functions.softplus(z).divi(beta));
      }
    };
  }

  /** {@code dy * op'(x)}. */
  static INDArray gradient(ActivationOp op, INDArray dy, INDArray x) {
    return switch (op) {
      case ActivationOp.LeakyRelu(double slope) -> Functions.select(x.gt(0), dy, dy.mul(slope));
      case ActivationOp.Elu(double alpha, double scale) ->
          Functions.select(x.lte(0), Functions.exp(x).muli(alpha).muli(dy), dy).muli(scale);
      case ActivationOp.Softplus(double beta, double threshold) -> {
        INDArray z = x.mul(beta);
        yield Functions.select(z.gt(threshold), dy, Functions.sigmoid(z).muli(dy));
      }
    };
  }

  private static INDArray mishGate(INDArray x) {
    return Functions.tanh(Functions.softplus(x));
  }

  private static INDArray mishSlope(INDArray x) {
    INDArray gate = mishGate(x);
    INDArray bend = gate.mul(gate).rsubi(1);
    INDArray slope = bend.muli(Functions.sigmoid(x)).muli(x).addi(gate);
    return Functions.select(x.gt(MISH_LINEAR), Functions.zerosLike(x).addi(1), slope);
  }

  private static INDArray siluSlope(INDArray x) {
    INDArray s = Functions.sigmoid(x);
    return s.rsub(1).muli(x).addi(1).muli(s);
  }

  /** {@code 0.5 (1 + tanh(u))}, which is {@code sigmoid(2u)}. */
  private static INDArray geluTanhGate(INDArray x) {
    return Functions.sigmoid(twiceGeluTanhArgument(x));
  }

  private static INDArray twiceGeluTanhArgument(INDArray x) {
    return x.mul(x).muli(CUBIC).addi(1).muli(x).muli(2 * SCALE);
  }

  private static INDArray geluTanhSlope(INDArray x) {
    INDArray argument = twiceGeluTanhArgument(x);
    INDArray gate = Functions.sigmoid(argument);
    // 1 - gate without cancellation
    INDArray rest = Functions.sigmoid(argument.neg());
    INDArray argumentSlope = x.mul(x).muli(3 * CUBIC).addi(1).muli(2 * SCALE);
    return rest.muli(gate).muli(argumentSlope).muli(x).addi(gate);
  }
}
