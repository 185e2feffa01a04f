package io.troupe.tensor.nd4j;

import java.util.function.BinaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erfc;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Functions on FLOAT64 arrays where ND4J 1.0.0-M2.1 lacks one or is not exact enough, composed of
 * the ones that are. None modifies its operands.
 */
final class Functions {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

  private Functions() {}

  /** {@code mask ? a : b}; the mask is of ND4J's BOOL. */
  static INDArray select(INDArray mask, INDArray a, INDArray b) {
    INDArray out = a.ulike();
    Nd4j.exec(DynamicCustomOp.builder("select").addInputs(mask, a, b).addOutputs(out).build());
    return out;
  }

  /** 1 where the mask is true, else 0. */
  static INDArray toNumbers(INDArray mask) {
    return mask.castTo(DataType.DOUBLE);
  }

  /** Zeros in the shape of {@code a}. */
  static INDArray zerosLike(INDArray a) {
    return a.ulike().assign(0);
  }

  /** The larger of each pair; NaN if either is (ND4J's own ignores one on the left). */
  static INDArray maximum(INDArray a, INDArray b) {
    return orNan(Transforms.max(a, b, true), a, b);
  }

  /** The smaller of each pair; NaN if either is. */
  static INDArray minimum(INDArray a, INDArray b) {
    return orNan(Transforms.min(a, b, true), a, b);
  }

  private static INDArray orNan(INDArray result, INDArray a, INDArray b) {
    return select(a.neq(a), a, select(b.neq(b), b, result));
  }

  static INDArray exp(INDArray a) {
    return Transforms.exp(a, true);
  }

  static INDArray log(INDArray a) {
    return Transforms.log(a, true);
  }

  static INDArray sqrt(INDArray a) {
    return Transforms.sqrt(a, true);
  }

  static INDArray sigmoid(INDArray a) {
    return Transforms.sigmoid(a, true);
  }

  /**
   * The hyperbolic tangent, by {@code tanh |a| = -m / (m + 2)} with {@code m = exp(-2|a|) - 1}:
   * ND4J's own loses half its digits near 0.
   */
  static INDArray tanh(INDArray a) {
    INDArray m = expm1(Transforms.abs(a, true).muli(-2));
    return m.neg().divi(m.add(2)).muli(Transforms.sign(a, true));
  }

  /**
   * {@code exp(a) - 1} without cancellation, by {@code (u - 1) a / log(u)} with {@code u = exp(a)}
   * (Kahan): ND4J's own cancels.
   */
  static INDArray expm1(INDArray a) {
    INDArray u = exp(a);
    INDArray plain = u.sub(1);
    INDArray corrected = plain.mul(a).divi(log(u));
    return select(u.eq(1), a, select(u.gt(0.5), corrected, plain));
  }

  /** {@code log(1 + exp(a))} by {@code max(a, 0) + log(1 + exp(-|a|))}, without overflow. */
  static INDArray softplus(INDArray a) {
    INDArray e = exp(Transforms.abs(a, true).negi());
    INDArray sum = e.add(1);
    INDArray rounded = sum.sub(1);
    // log(1 + e) without losing a tiny e (Kahan)
    INDArray log = select(rounded.eq(0), e, log(sum).muli(e).divi(rounded));
    return log.addi(maximum(a, zerosLike(a)));
  }

  /** The normal distribution function. */
  static INDArray normalCdf(INDArray a) {
    INDArray scaled = a.mul(-SQRT_HALF);
    INDArray out = a.ulike();
    Nd4j.getExecutioner().exec(new Erfc(scaled, out));
    return out.muli(0.5);
  }

  /** The normal density. */
  static INDArray normalDensity(INDArray a) {
    return exp(a.mul(a).muli(-0.5)).muli(INVERSE_SQRT_TWO_PI);
  }

  /**
   * The sum over the first dimension of a matrix, by halves: a fixed tree of element-wise
   * additions, the same on any number of threads, with an error that grows with its depth only.
   */
  static INDArray sumOfRows(INDArray matrix) {
    return foldRows(matrix, INDArray::add);
  }

  /** The sum over the innermost dimension of a matrix. */
  static INDArray sumOfColumns(INDArray matrix) {
    return sumOfRows(Operands.transposed(matrix));
  }

  /** The maximum over the first dimension of a matrix; NaN if there is one. */
  static INDArray maxOfRows(INDArray matrix) {
    return foldRows(matrix, Functions::maximum);
  }

  /** The maximum over the innermost dimension of a matrix; NaN if there is one. */
  static INDArray maxOfColumns(INDArray matrix) {
    return maxOfRows(Operands.transposed(matrix));
  }

  private static INDArray foldRows(INDArray matrix, BinaryOperator<INDArray> combine) {
    INDArray rest = matrix;
    while (rest.size(0) > 1) {
      long half = rest.size(0) / 2;
      INDArray folded =
          combine.apply(Operands.slab(rest, 0, half), Operands.slab(rest, half, half));
      if (rest.size(0) % 2 == 1) {
        INDArray first = Operands.slab(folded, 0, 1);
        first.assign(combine.apply(first, Operands.slab(rest, 2 * half, 1)));
      }
      rest = folded;
    }
    return rest.reshape(rest.size(1));
  }
}
