package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.Engine;
import io.troupe.tensor.GradientListener;
import io.troupe.tensor.Scope;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which gradients are complete when a listener is told, and gradients in memory of the caller. */
class GradientListenerTest {
  private final Engine engine = Engine.of(CpuBackend.create(1));
  private Scope scope;

  @BeforeEach
  void open() {
    scope = engine.open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private static Tensor leaf(double... values) {
    return Tensor.of(values).requiresGrad(true);
  }

  /** Records the gradient of each leaf at the moment when it is complete. */
  private record Recorded(Map<Tensor, String> names, List<String> events)
      implements GradientListener {
    @Override
    public void started(Set<Tensor> leaves) {
      events.add(leaves.stream().map(names::get).sorted().toList().toString());
    }

    @Override
    public void completed(Tensor leaf) {
      events.add(names.get(leaf) + "=" + leaf.grad().get(0));
    }
  }

  @Test
  void leafIsCompleteAfterItsLastUse() {
    Tensor first = leaf(2);
    Tensor shared = leaf(3);
    Tensor last = leaf(5);
    Tensor unused = leaf(7);
    Tensor result = first.mul(shared).mul(shared).mul(last);
    Recorded recorded =
        new Recorded(
            Map.of(first, "first", shared, "shared", last, "last", unused, "unused"),
            new ArrayList<>());
    result.backwardAndRelease(Tensor.of(new double[] {1}), recorded);

    assertThat(recorded.events())
        .containsExactly("[first, last, shared]", "last=18.0", "first=45.0", "shared=60.0");
  }

  @Test
  void checkpointedBlockCompletesItsParametersOnce() {
    Tensor x = leaf(2);
    Tensor weight = leaf(3);
    Tensor result = Checkpoint.of(in -> in.mul(weight).mul(weight), x, List.of(weight));
    Recorded recorded = new Recorded(Map.of(x, "x", weight, "weight"), new ArrayList<>());
    result.backwardAndRelease(Tensor.of(new double[] {1}), recorded);

    assertThat(recorded.events()).containsExactly("[weight, x]", "x=9.0", "weight=12.0");
  }

  @Test
  void gradientIsCollectedInMemoryOfTheCaller() {
    Tensor parameter = leaf(2, 4);
    Tensor memory = Tensor.of(new double[] {8, 9});
    parameter.collectGradIn(memory);
    assertThat(parameter.grad()).isNull();
    parameter.mul(parameter).sum().backward();
    assertThat(memory.toDoubles()).containsExactly(4, 8);
    assertThat(parameter.grad()).isSameAs(memory);

    parameter.zeroGrad();
    parameter.mul(3).sum().backward();
    assertThat(memory.toDoubles()).containsExactly(3, 3);

    parameter.collectGradIn(null);
    parameter.mul(5).sum().backward();
    assertThat(memory.toDoubles()).containsExactly(3, 3);
    assertThat(parameter.grad().toDoubles()).containsExactly(5, 5);

    parameter.collectGradIn(memory);
    parameter.takeGrad();
    parameter.sum().backward();
    assertThat(parameter.grad().toDoubles()).containsExactly(4, 4);
  }

  @Test
  void memoryOfAnotherShapeIsRejected() {
    assertThatThrownBy(() -> leaf(2, 4).collectGradIn(Tensor.of(new double[1])))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("memory of a gradient must be FLOAT64");
  }
}
