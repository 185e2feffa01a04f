package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;
import static io.troupe.tensor.backend.Agreement.SIZES;

import io.troupe.tensor.DType;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reductions, softmaxes, norms and losses. */
class RowsAgreementTest {
  /** Bound on the rounding error, in units, of a sum of this many numbers near 1 in any order. */
  private static final double OF_A_SUM = 100;

  private static final Shape[][] REDUCTIONS = {
    {Shape.of(3, 17), Shape.of()},
    {Shape.of(3, 17), Shape.of(17)},
    {Shape.of(3, 17), Shape.of(1, 17)},
    {Shape.of(31, 3), Shape.of(31, 1)},
    {Shape.of(2, 9, 5), Shape.of(9, 1)},
    {Shape.of(2, 9, 5), Shape.of(2, 1, 5)},
    {Shape.of(2, 3, 4, 5), Shape.of(2, 1, 4, 1)},
    {Shape.of(2, 3, 4, 5), Shape.of(1, 3, 1, 5)},
    {Shape.of(0, 3), Shape.of(3)},
    {Shape.of(3, 0), Shape.of(3, 1)},
    {Shape.of(0), Shape.of()},
    {Shape.of(), Shape.of()},
    {Shape.of(1, 1), Shape.of(1)},
  };

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  @ParameterizedTest
  @EnumSource
  void reduce(ReduceOp op) {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        checkReduce(op, dtype, Shape.of(size), Shape.of());
        checkReduce(op, dtype, Shape.of(3, size), Shape.of(3, 1));
        checkReduce(op, dtype, Shape.of(size, 5), Shape.of(5));
      }
      for (Shape[] shapes : REDUCTIONS) {
        checkReduce(op, dtype, shapes[0], shapes[1]);
      }
    }
  }

  private static void checkReduce(ReduceOp op, DType dtype, Shape from, Shape to) {
    AGREEMENT.check(
        op + " " + dtype + " " + from + " to " + to,
        OF_A_SUM,
        (backend, random) -> {
          Tensor out = Tensor.empty(dtype, to);
          backend.reduction().reduce(op, out, random.uniform(dtype, from, -1, 1));
          Tensor ofExtremes = Tensor.empty(dtype, to);
          backend.reduction().reduce(ReduceOp.MAX, ofExtremes, random.extreme(dtype, from));
          return List.of(out, ofExtremes);
        });
  }

  @Test
  void argmaxTakesTheFirstOfTies() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        if (size == 0) {
          continue;
        }
        AGREEMENT.check(
            "argmax " + dtype + " " + size,
            0,
            (backend, random) -> {
              Tensor tied = random.of(dtype, 7, size).mul(2);
              tied.copyFrom(tied.to(DType.INT32));
              Tensor out = Tensor.empty(DType.INT32, Shape.of(7));
              backend.reduction().argmax(out, tied);
              Tensor ofExtremes = Tensor.empty(DType.INT32, Shape.of(7));
              backend.reduction().argmax(ofExtremes, random.extreme(dtype, Shape.of(7, size)));
              return List.of(out, ofExtremes);
            });
      }
    }
  }

  @Test
  void sumSquares() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "sumSquares " + dtype + " " + size,
            OF_A_SUM,
            (backend, random) ->
                List.of(
                    Tensor.scalar(
                        DType.FLOAT64, backend.reduction().sumSquares(random.of(dtype, size)))));
      }
    }
  }

  @Test
  void softmax() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "softmax " + dtype + " " + size,
            32,
            (backend, random) -> {
              Tensor x = random.uniform(dtype, Shape.of(3, size), -30, 30);
              Tensor dy = random.of(dtype, 3, size);
              Tensor y = Tensor.empty(dtype, x.shape());
              Tensor dx = Tensor.empty(dtype, x.shape());
              Tensor logY = Tensor.empty(dtype, x.shape());
              Tensor dLogX = Tensor.empty(dtype, x.shape());
              backend.reduction().softmax(y, x);
              backend.reduction().softmaxGrad(dx, dy, y);
              backend.reduction().logSoftmax(logY, x);
              backend.reduction().logSoftmaxGrad(dLogX, dy, logY);
              return List.of(y, dx, logY, dLogX);
            });
      }
    }
  }

  @Test
  void softmaxOfInfinities() {
    double ninf = Double.NEGATIVE_INFINITY;
    for (DType dtype : COMPUTED) {
      AGREEMENT.check(
          "softmax of infinities " + dtype,
          4,
          (backend, _) -> {
            Tensor x =
                Tensor.of(
                        new double[] {
                          ninf,
                          ninf,
                          ninf,
                          1,
                          ninf,
                          2,
                          Double.NaN,
                          0,
                          1,
                          Double.POSITIVE_INFINITY,
                          0,
                          1
                        },
                        4,
                        3)
                    .to(dtype);
            Tensor y = Tensor.empty(dtype, x.shape());
            backend.reduction().softmax(y, x);
            Tensor logY = Tensor.empty(dtype, x.shape());
            backend.reduction().logSoftmax(logY, x);
            return List.of(y, logY);
          });
    }
  }

  @Test
  void layerNorm() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check("layerNorm " + dtype + " " + size, OF_A_SUM, layerNorm(dtype, size, true));
        AGREEMENT.check(
            "layerNorm without bias " + dtype + " " + size,
            OF_A_SUM,
            layerNorm(dtype, size, false));
      }
    }
  }

  private static Agreement.Computation layerNorm(DType dtype, int size, boolean withBias) {
    return (backend, random) -> {
      Tensor x = random.of(dtype, 5, size);
      Tensor weight = random.of(dtype, size);
      Tensor bias = withBias ? random.of(dtype, size) : null;
      Tensor out = Tensor.empty(dtype, x.shape());
      Tensor mean = Tensor.zeros(dtype, Shape.of(5));
      Tensor rstd = Tensor.zeros(dtype, Shape.of(5));
      backend.normalization().layerNorm(out, mean, rstd, x, weight, bias, 1e-3);
      Tensor dx = Tensor.empty(dtype, x.shape());
      Tensor dWeight = random.of(dtype, size);
      Tensor dBias = withBias ? random.of(dtype, size) : null;
      Tensor dy = random.of(dtype, 5, size);
      backend.normalization().layerNormGrad(dx, dWeight, dBias, dy, x, mean, rstd, weight);
      Tensor dxAlone = Tensor.empty(dtype, x.shape());
      backend.normalization().layerNormGrad(dxAlone, null, null, dy, x, mean, rstd, weight);
      Tensor dWeightAlone = random.of(dtype, size);
      backend.normalization().layerNormGrad(null, dWeightAlone, null, dy, x, mean, rstd, weight);
      return withBias
          ? List.of(out, dx, dWeight, dBias, dxAlone, dWeightAlone)
          : List.of(out, dx, dWeight, dxAlone, dWeightAlone);
    };
  }

  @Test
  void rmsNorm() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "rmsNorm " + dtype + " " + size,
            OF_A_SUM,
            (backend, random) -> {
              Tensor x = random.of(dtype, 5, size);
              Tensor weight = random.of(dtype, size);
              Tensor out = Tensor.empty(dtype, x.shape());
              Tensor rstd = Tensor.zeros(dtype, Shape.of(5));
              backend.normalization().rmsNorm(out, rstd, x, weight, 1e-3);
              Tensor dy = random.of(dtype, 5, size);
              Tensor dx = Tensor.empty(dtype, x.shape());
              Tensor dWeight = random.of(dtype, size);
              backend.normalization().rmsNormGrad(dx, dWeight, dy, x, rstd, weight, false);
              Tensor dxAlone = Tensor.empty(dtype, x.shape());
              backend.normalization().rmsNormGrad(dxAlone, null, dy, x, rstd, weight, false);
              Tensor dWeightAlone = random.of(dtype, size);
              backend.normalization().rmsNormGrad(null, dWeightAlone, dy, x, rstd, weight, false);
              return List.of(out, dx, dWeight, dxAlone, dWeightAlone);
            });
      }
    }
  }

  @Test
  void tokenLogProbs() {
    for (DType dtype : COMPUTED) {
      for (int vocab : SIZES) {
        if (vocab == 0) {
          continue;
        }
        AGREEMENT.check(
            "tokenLogProbs " + dtype + " " + vocab,
            OF_A_SUM,
            (backend, random) -> tokenLogProbs(backend, random, dtype, vocab));
      }
    }
  }

  private static List<Tensor> tokenLogProbs(
      Backend backend, RandomTensors random, DType dtype, int vocab) {
    int rows = 6;
    Tensor logits = random.uniform(dtype, Shape.of(rows, vocab), -5, 5);
    Tensor targets = random.ints(Shape.of(rows), -1, vocab);
    Tensor logProbs = Tensor.empty(dtype, Shape.of(rows));
    Tensor lse = Tensor.empty(dtype, Shape.of(rows));
    Tensor entropy = Tensor.empty(dtype, Shape.of(rows));
    Tensor mean = Tensor.empty(dtype, Shape.of(rows));
    backend.loss().tokenLogProbs(logProbs, lse, entropy, mean, logits, targets, 0.7);
    Tensor logProbsAlone = Tensor.empty(dtype, Shape.of(rows));
    backend.loss().tokenLogProbs(logProbsAlone, lse, null, null, logits, targets, 0.7);
    Tensor dLogProbs = random.of(dtype, rows);
    Tensor dLogits = Tensor.empty(dtype, logits.shape());
    backend.loss().tokenLogProbsGrad(dLogits, dLogProbs, null, logits, lse, targets, 0.7);
    Tensor inPlace = logits.copy();
    backend
        .loss()
        .tokenLogProbsGrad(inPlace, dLogProbs, random.of(dtype, rows), inPlace, lse, targets, 0.7);
    Tensor likeliest = Tensor.empty(DType.INT32, Shape.of(rows));
    Tensor ofLikeliest = Tensor.empty(dtype, Shape.of(rows));
    backend.loss().mostLikely(likeliest, ofLikeliest, logits);
    return List.of(
        logProbs, lse, entropy, mean, logProbsAlone, dLogits, inPlace, likeliest, ofLikeliest);
  }

  @Test
  void tokensWithZeroProbabilityDoNotChangeTheEntropy() {
    double ninf = Double.NEGATIVE_INFINITY;
    for (DType dtype : COMPUTED) {
      AGREEMENT.check(
          "tokenLogProbs of -infinity " + dtype,
          8,
          (backend, _) -> {
            Tensor logits =
                Tensor.of(new double[] {ninf, 1, ninf, 2, 0, ninf, ninf, ninf}, 2, 4).to(dtype);
            Tensor targets = Tensor.of(new int[] {3, 1});
            Tensor logProbs = Tensor.empty(dtype, Shape.of(2));
            Tensor lse = Tensor.empty(dtype, Shape.of(2));
            Tensor entropy = Tensor.empty(dtype, Shape.of(2));
            backend.loss().tokenLogProbs(logProbs, lse, entropy, null, logits, targets, 1);
            return List.of(logProbs, lse, entropy);
          });
    }
  }
}
