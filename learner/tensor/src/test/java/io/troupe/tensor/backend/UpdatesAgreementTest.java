package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;
import static io.troupe.tensor.backend.Agreement.SIZES;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Optimizer steps and random tensors. */
class UpdatesAgreementTest {
  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void adam(boolean decoupled) {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "adam " + dtype + " " + size + ", decoupled " + decoupled,
            16,
            (backend, random) -> {
              Tensor param = random.of(dtype, size);
              Tensor expAvg = Tensor.zeros(dtype, param.shape());
              Tensor expAvgSq = Tensor.zeros(dtype, param.shape());
              for (int step = 1; step <= 3; step++) {
                Tensor grad = random.of(dtype, size);
                backend
                    .optimizer()
                    .adam(
                        param, grad, expAvg, expAvgSq, 0.01, 0.9, 0.95, 1e-3, 0.1, decoupled, step,
                        0.5);
              }
              return List.of(param, expAvg, expAvgSq);
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sgd(boolean nesterov) {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "sgd " + dtype + " " + size + ", nesterov " + nesterov,
            8,
            (backend, random) -> {
              Tensor param = random.of(dtype, size);
              Tensor plain = random.of(dtype, size);
              Tensor buffer = Tensor.zeros(dtype, param.shape());
              double dampening = nesterov ? 0 : 0.3;
              for (int step = 0; step < 3; step++) {
                Tensor grad = random.of(dtype, size);
                backend
                    .optimizer()
                    .sgd(param, grad, buffer, 0.1, 0.9, dampening, 0.01, nesterov, step == 0, 0.5);
                backend.optimizer().sgd(plain, grad, null, 0.1, 0, 0, 0.01, false, false, 1);
              }
              return List.of(param, buffer, plain);
            });
      }
    }
  }

  @Test
  void randomNumbers() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "random " + dtype + " " + size,
            4,
            (backend, random) -> {
              Philox generator = Philox.of(99).derive(size);
              Tensor uniform = Tensor.empty(dtype, Shape.of(size));
              backend.random().uniform(uniform, generator);
              Tensor normal = Tensor.empty(dtype, Shape.of(size));
              backend.random().normal(normal, generator);
              Tensor dropped = Tensor.empty(dtype, Shape.of(size));
              backend.random().dropout(dropped, random.of(dtype, size), 0.3, generator);
              return List.of(uniform, normal, dropped);
            });
      }
    }
  }
}
