package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.TestBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PyTorch's rules for recording operations and accumulating gradients. */
class AutogradTest {
  private Engine engine;
  private Scope scope;

  @BeforeEach
  void open() {
    engine = TestBackend.CPU.open();
    scope = engine.open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private static Tensor leaf(double... elements) {
    return Tensor.of(elements).requiresGrad(true);
  }

  @Test
  void gradientsAccumulateUntilZeroGrad() {
    Tensor x = leaf(1, 2, 3);
    x.mul(2).sum().backward();
    x.mul(3).sum().backward();
    assertThat(x.grad().toDoubles()).containsExactly(5, 5, 5);
    x.zeroGrad();
    assertThat(x.grad()).isNull();
    x.mul(x).sum().backward();
    assertThat(x.grad().toDoubles()).containsExactly(2, 4, 6);
  }

  @Test
  void gradientsOfATensorUsedTwiceAreSummed() {
    Tensor x = leaf(2);
    Tensor y = x.mul(3);
    y.mul(y).add(y).sum().backward(); // 9x^2 + 3x
    assertThat(x.grad().item()).isEqualTo(39);
  }

  @Test
  void backwardMayRunTwice() {
    Tensor x = leaf(1, 2);
    Tensor loss = x.exp().sum();
    loss.backward();
    loss.backward();
    assertThat(x.grad().get(0)).isEqualTo(2 * Math.E);
  }

  @Test
  void nothingIsRecordedUnderNoGrad() {
    Tensor x = leaf(1, 2);
    Tensor y;
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      y = x.mul(2);
      assertThat(GradMode.isEnabled()).isFalse();
    }
    assertThat(GradMode.isEnabled()).isTrue();
    assertThat(y.requiresGrad()).isFalse();
    assertThatThrownBy(() -> y.sum().backward())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("noGrad");
  }

  @Test
  void aDetachedTensorSharesMemoryAndStopsGradients() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(2);
    Tensor detached = y.detach();
    assertThat(detached.address()).isEqualTo(y.address());
    assertThat(detached.requiresGrad()).isFalse();
    detached.mul(x).sum().backward();
    assertThat(x.grad().toDoubles()).containsExactly(2, 4);
  }

  @Test
  void onlyLeavesThatRequireGradHaveAGradient() {
    Tensor x = leaf(1, 2);
    Tensor constant = Tensor.of(new double[] {3, 4});
    Tensor y = x.mul(constant);
    y.sum().backward();
    assertThat(constant.grad()).isNull();
    assertThat(y.grad()).isNull();
    assertThat(x.grad().toDoubles()).containsExactly(3, 4);
  }

  @Test
  void gradientsOfBroadcastOperandsAreSummedOverBroadcastDimensions() {
    Tensor row = leaf(1, 2, 3);
    Tensor column = Tensor.of(new double[] {10, 20}, 2, 1).requiresGrad(true);
    row.mul(column).sum().backward();
    assertThat(row.grad().toDoubles()).containsExactly(30, 30, 30);
    assertThat(column.grad().toDoubles()).containsExactly(6, 6);
  }

  @Test
  void backwardRequiresAGradientOfTheResultsShape() {
    Tensor x = leaf(1, 2);
    Tensor y = x.mul(x);
    y.backward(Tensor.of(new double[] {1, 10}));
    assertThat(x.grad().toDoubles()).containsExactly(2, 40);
    assertThatThrownBy(y::backward).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> y.backward(Tensor.of(new double[] {1})))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("(1)");
  }

  @Test
  void gradientOutlivesTheScopeOfTheStep() {
    Tensor x = leaf(1, 2);
    try (Scope _ = engine.open("step")) {
      x.mul(5).sum().backward();
    }
    assertThat(x.grad().toDoubles()).containsExactly(5, 5);
  }

  @Test
  void backwardOfALeafSetsItsOwnGradient() {
    Tensor x = leaf(4);
    x.backward();
    assertThat(x.grad().item()).isEqualTo(1);
  }

  @Test
  void gradientsOfViewsAccumulateInTheirBase() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2).requiresGrad(true);
    x.slice(1).sum().add(x.rows(1, 3).reshape(4).sum()).backward();
    assertThat(x.grad().toDoubles()).containsExactly(0, 0, 2, 2, 1, 1);
  }

  @Test
  void gradientThroughACastHasTheTypeOfTheLeaf() {
    Tensor x = leaf(1, 2);
    x.to(DType.FLOAT32).mul(3).sum().backward();
    assertThat(x.grad().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(x.grad().toDoubles()).containsExactly(3, 3);
  }

  @Test
  void integerTensorsCannotRequireGrad() {
    Tensor ids = Tensor.of(new int[] {1, 2});
    assertThatThrownBy(() -> ids.requiresGrad(true))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("INT32");
  }

  @Test
  void gradientOfAnEmptyTensorIsEmpty() {
    Tensor x = Tensor.zeros(DType.FLOAT64, Shape.of(0, 3)).requiresGrad(true);
    x.mul(2).sum().backward();
    assertThat(x.grad().shape()).isEqualTo(Shape.of(0, 3));
  }

  @Test
  void backwardAndReleaseReleasesIntermediateResults() {
    try (Scope _ = engine.open("step")) {
      Tensor w = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2).requiresGrad(true);
      Tensor x = Tensor.of(new double[] {0.5, -1, 2, 0.25}, 2, 2);
      Tensor h = x.matmul(w).exp();
      Tensor viewed = h.reshape(4);
      Tensor loss = viewed.mul(viewed).sum();
      loss.backward();
      double[] kept = w.grad().toDoubles();
      w.zeroGrad();

      loss.backwardAndRelease();

      assertThat(w.grad().toDoubles()).isEqualTo(kept);
      assertThat(w.toDoubles()).containsExactly(1, 2, 3, 4);
      assertThatThrownBy(h::toDoubles).isInstanceOf(IllegalStateException.class);
    }
  }
}
