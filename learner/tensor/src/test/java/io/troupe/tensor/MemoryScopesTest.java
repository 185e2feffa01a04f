package io.troupe.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.memory.MemoryUse;
import org.junit.jupiter.api.Test;

class MemoryScopesTest {
  @Test
  void peakIsTheMaximumOfUsedBytes() {
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      try (Scope _ = engine.open("outer")) {
        Tensor.zeros(256);
        try (Scope _ = engine.open("inner")) {
          Tensor.zeros(512);
        }
        Tensor.zeros(256);
      }
      assertThat(engine.memory().peakBytes()).isEqualTo(1024 + 2048);
      assertThat(engine.memory().usedBytes()).isZero();
    }
  }

  @Test
  void blocksAreRoundedToQuartersOfAPowerOfTwo() {
    for (long bytes = 1; bytes < 100_000; bytes = bytes * 7 / 6 + 1) {
      long block = MemoryPool.blockBytes(bytes);
      assertThat(block).isGreaterThanOrEqualTo(bytes).isGreaterThanOrEqualTo(256);
      assertThat(bytes <= 256 || block <= bytes + bytes / 4 + 1).isTrue();
      assertThat(MemoryPool.blockBytes(block)).isEqualTo(block);
    }
  }

  @Test
  void viewsShareMemoryAndItsLifetime() {
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      Tensor view;
      try (Scope scope = engine.open("views")) {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        x.slice(1).muli(10);
        x.rows(2, 3).filli(7);
        assertThat(x.reshape(6).toFloats()).containsExactly(1, 2, 30, 40, 7, 7);
        view = x.reshape(-1, 3);
        scope.release(x);
      }
      assertThatThrownBy(() -> view.get(0)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closeMayRepeatAndChecksTheOrder() {
    Engine engine = Engine.of(CpuBackend.create(2));
    Scope outer = engine.open("outer");
    Scope inner = engine.open("inner");
    assertThatThrownBy(outer::close)
        .hasMessageContaining("scope 'outer' closed while 'inner' is the current one");
    inner.close();
    inner.close();
    outer.close();
    assertThatThrownBy(() -> Tensor.empty(inner, DType.FLOAT32, Shape.of(1)))
        .hasMessageContaining("scope 'inner' is closed");
    engine.close();
    engine.close();
    assertThatThrownBy(() -> engine.memory().acquire(256, MemoryUse.ACTIVATIONS))
        .hasMessage("the memory pool is closed");
  }

  @Test
  void trainingReservesNoMemoryAfterItsFirstSteps() {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope model = engine.longLived("model")) {
      Tensor weight;
      Tensor mean;
      Tensor square;
      try (var _ = model.enter()) {
        weight = Tensor.full(DType.FLOAT32, Shape.of(16, 24), 0.1).requiresGrad(true);
        mean = Tensor.zeros(16, 24);
        square = Tensor.zeros(16, 24);
      }
      long reserved = 0;
      double first = 0;
      double loss = 0;
      for (int step = 1; step <= 200; step++) {
        try (Scope _ = engine.open("step " + step)) {
          Tensor x = Tensor.full(DType.FLOAT32, Shape.of(8, 16), 0.5);
          Tensor error = x.matmul(weight).softmax().sub(1);
          Tensor total = error.mul(error).add(weight.mul(weight).sum()).mean();
          total.backward();
          Backend.of(engine)
              .optimizer()
              .adam(weight, weight.grad(), mean, square, 1e-3, 0.9, 0.99, 1e-8, 0, true, step, 1);
          weight.zeroGrad();
          loss = total.item();
        }
        if (step == 3) {
          reserved = engine.memory().reservedBytes();
          first = loss;
        }
      }
      assertThat(engine.memory().reservedBytes()).isEqualTo(reserved);
      assertThat(loss).isLessThan(first);
    }
  }
}
