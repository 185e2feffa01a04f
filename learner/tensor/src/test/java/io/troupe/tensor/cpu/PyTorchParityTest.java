package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.CrossEntropy;
import io.troupe.tensor.autograd.Normalization;
import io.troupe.tensor.backend.Backend;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kernels against PyTorch's results in double precision. */
class PyTorchParityTest {
  private static final Fixture FIXTURE = Fixture.read();

  /** Tolerance for rounding to single or double precision. */
  private static double tolerance(DType type) {
    return type == DType.FLOAT32 ? 3e-6 : 1e-12;
  }

  private static void check(DType type, Tensor actual, String name) {
    double[] expected = FIXTURE.get(DType.FLOAT64, name).toDoubles();
    assertThat(actual.numel()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      double most = tolerance(type) * (1 + Math.abs(expected[i]));
      assertThat(actual.get(i)).as(name + " " + i).isCloseTo(expected[i], Offset.offset(most));
    }
  }

  private static void inBothTypes(java.util.function.Consumer<DType> body, DType type) {
    Samples.inScope(() -> body.accept(type));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void activationsMatch(DType only) {
    inBothTypes(
        type -> {
          int found = 0;
          for (UnaryOp op : UnaryOp.values()) {
            if (FIXTURE.has(op + ".x")) {
              found++;
              Tensor x = FIXTURE.get(type, op + ".x").requiresGrad(true);
              Tensor y = x.apply(op);
              y.backward(FIXTURE.get(type, op + ".dy"));
              check(type, y, op + ".y");
              check(type, x.grad(), op + ".dx");
            }
          }
          assertThat(found).isEqualTo(9);
        },
        only);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void softmaxesMatch(DType only) {
    inBothTypes(
        type -> {
          for (String name : new String[] {"softmax", "logSoftmax"}) {
            Tensor x = FIXTURE.get(type, name + ".x").requiresGrad(true);
            Tensor y = name.equals("softmax") ? x.softmax() : x.logSoftmax();
            y.backward(FIXTURE.get(type, name + ".dy"));
            check(type, y, name + ".y");
            check(type, x.grad(), name + ".dx");
          }
        },
        only);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void normsMatch(DType only) {
    inBothTypes(
        type -> {
          Tensor x = FIXTURE.get(type, "layerNorm.x").requiresGrad(true);
          Tensor weight = FIXTURE.get(type, "layerNorm.weight").requiresGrad(true);
          Tensor bias = FIXTURE.get(type, "layerNorm.bias").requiresGrad(true);
          Tensor y = Normalization.layerNorm(x, weight, bias, 1e-5);
          y.backward(FIXTURE.get(type, "layerNorm.dy"));
          check(type, y, "layerNorm.y");
          check(type, x.grad(), "layerNorm.dx");
          check(type, weight.grad(), "layerNorm.dWeight");
          check(type, bias.grad(), "layerNorm.dBias");

          x = FIXTURE.get(type, "rmsNorm.x").requiresGrad(true);
          weight = FIXTURE.get(type, "rmsNorm.weight").requiresGrad(true);
          y = Normalization.rmsNorm(x, weight, 1e-6);
          y.backward(FIXTURE.get(type, "rmsNorm.dy"));
          check(type, y, "rmsNorm.y");
          check(type, x.grad(), "rmsNorm.dx");
          check(type, weight.grad(), "rmsNorm.dWeight");
        },
        only);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void crossEntropyMatches(DType only) {
    inBothTypes(
        type -> {
          Tensor logits = FIXTURE.get(type, "crossEntropy.logits").requiresGrad(true);
          Tensor targets = FIXTURE.get(DType.INT32, "crossEntropy.targets");
          Tensor loss = CrossEntropy.ofRows(logits, targets, null, 0.125).sum().div(3);
          check(type, loss, "crossEntropy.loss");
          loss.backward();
          check(type, logits.grad(), "crossEntropy.dLogits");
        },
        only);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void tokenLogProbsMatch(DType only) {
    inBothTypes(
        type -> {
          Tensor logits = FIXTURE.get(type, "tokenLogProbs.logits");
          Tensor targets = FIXTURE.get(DType.INT32, "tokenLogProbs.targets");
          Tensor[] rows = new Tensor[4];
          for (int i = 0; i < rows.length; i++) {
            rows[i] = Tensor.empty(type, targets.shape());
          }
          var backend = Backend.of(logits);
          backend.loss().tokenLogProbs(rows[0], rows[1], rows[2], rows[3], logits, targets, 0.75);
          check(type, rows[0], "tokenLogProbs.logProbs");
          check(type, rows[2], "tokenLogProbs.entropy");
          check(type, rows[3], "tokenLogProbs.meanLogProb");
          Tensor dy = FIXTURE.get(type, "tokenLogProbs.dy");
          backend.loss().tokenLogProbsGrad(logits, dy, null, logits, rows[1], targets, 0.75);
          check(type, logits, "tokenLogProbs.dLogits");
        },
        only);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void adamMatches(DType only) {
    inBothTypes(
        type -> {
          adam(type, "adamw", 0.95, 1e-8, true);
          adam(type, "adam", 0.999, 1e-6, false);
        },
        only);
  }

  private static void adam(DType type, String name, double beta2, double eps, boolean decoupled) {
    Tensor param = FIXTURE.get(type, "optimizer.param");
    Tensor mean = Tensor.zeros(type, param.shape());
    Tensor square = Tensor.zeros(type, param.shape());
    for (int step = 0; step < 4; step++) {
      // clipping halves the doubled gradient, so the update is unchanged
      Tensor grad = FIXTURE.get(type, "optimizer.grad" + step).mul(2);
      Backend.of(param)
          .optimizer()
          .adam(param, grad, mean, square, 0.01, 0.9, beta2, eps, 0.1, decoupled, step + 1, 0.5);
      check(type, param, name + ".param" + step);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void sgdMatches(DType only) {
    inBothTypes(
        type -> {
          sgd(type, "sgd", 0, 0, 0.01, false);
          sgd(type, "momentum", 0.9, 0.25, 0.01, false);
          sgd(type, "nesterov", 0.9, 0, 0, true);
        },
        only);
  }

  private static void sgd(
      DType type, String name, double momentum, double dampening, double decay, boolean nesterov) {
    Tensor param = FIXTURE.get(type, "optimizer.param");
    // the first step must ignore the contents of the buffer
    Tensor buffer = momentum == 0 ? null : Tensor.full(type, param.shape(), Double.NaN);
    for (int step = 0; step < 4; step++) {
      Tensor grad = FIXTURE.get(type, "optimizer.grad" + step).mul(4);
      Backend.of(param)
          .optimizer()
          .sgd(param, grad, buffer, 0.1, momentum, dampening, decay, nesterov, step == 0, 0.25);
      check(type, param, name + ".param" + step);
    }
  }
}
