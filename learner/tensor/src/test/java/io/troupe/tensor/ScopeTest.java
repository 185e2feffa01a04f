package io.troupe.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.backend.TestBackend;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @AutoClose private final Engine engine = TestBackend.CPU.open();

  @Test
  void closingAScopeReleasesItsMemory() {
    try (Scope _ = engine.open("step")) {
      Tensor.zeros(1000);
      assertThat(engine.memory().usedBytes()).isGreaterThanOrEqualTo(4000);
    }
    assertThat(engine.memory().usedBytes()).isZero();
  }

  @Test
  void laterStepsReuseReservedMemory() {
    long afterFirst = 0;
    for (int step = 0; step < 20; step++) {
      try (Scope scope = engine.open("step " + step)) {
        Tensor x = Tensor.full(DType.FLOAT32, Shape.of(37, 53), 0.5).requiresGrad(true);
        x.matmul(x.transpose(0, 1)).softmax().sum().backward();
        scope.release(Tensor.zeros(5000));
      }
      afterFirst = step == 0 ? engine.memory().reservedBytes() : afterFirst;
    }
    assertThat(engine.memory().reservedBytes()).isEqualTo(afterFirst);
    assertThat(engine.memory().usedBytes()).isZero();
  }

  @Test
  void tensorsAreAlignedTo64Bytes() {
    try (Scope _ = engine.open("step")) {
      for (int n : new int[] {0, 1, 63, 64, 65, 1000, 4097}) {
        assertThat(Tensor.zeros(n).address() % 64).as("%d elements", n).isZero();
      }
    }
  }

  @Test
  void readingATensorOfAClosedScopeFails() {
    Tensor tensor;
    try (Scope _ = engine.open("step 7")) {
      tensor = Tensor.zeros(3);
    }
    assertThatThrownBy(() -> tensor.get(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("step 7")
        .hasMessageContaining("keep()");
  }

  @Test
  void keptTensorOutlivesItsScope() {
    try (Scope model = engine.longLived("model")) {
      Tensor kept;
      try (Scope _ = engine.open("step")) {
        kept = model.keep(Tensor.of(new float[] {1, 2, 3}).mul(2));
      }
      assertThat(kept.toFloats()).containsExactly(2, 4, 6);
      assertThat(kept.requiresGrad()).isFalse();
    }
    assertThat(engine.memory().usedBytes()).isZero();
  }

  @Test
  void scopesCloseInnermostFirst() {
    Scope outer = engine.open("outer");
    Scope inner = engine.open("inner");
    assertThat(Scope.current()).isSameAs(inner);
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inner");
    inner.close();
  }

  @Test
  void leavingALongLivedScopeRestoresTheCurrentScope() {
    try (Scope model = engine.longLived("model");
        Scope step = engine.open("step")) {
      try (Scope.Entered _ = model.enter()) {
        assertThat(Tensor.zeros(1).scope()).isSameAs(model);
      }
      assertThat(Tensor.zeros(1).scope()).isSameAs(step);
    }
  }

  @Test
  void creatingATensorWithoutAScopeFails() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread other = new Thread(() -> Tensor.zeros(1), "worker");
    other.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
    other.start();
    other.join();
    assertThat(failure.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker")
        .hasMessageContaining("engine.open");
  }

  @Test
  void aScopeReleasesOnlyItsOwnTensors() {
    try (Scope outer = engine.open("outer")) {
      Tensor ofOuter = Tensor.zeros(3);
      try (Scope inner = engine.open("inner")) {
        assertThatThrownBy(() -> inner.release(ofOuter)).hasMessageContaining("outer");
      }
      outer.release(ofOuter);
      assertThat(engine.memory().usedBytes()).isZero();
    }
  }
}
