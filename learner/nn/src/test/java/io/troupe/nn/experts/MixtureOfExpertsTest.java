package io.troupe.nn.experts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.FeedForwardBlock;
import io.troupe.nn.layers.GatedFeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MixtureOfExpertsTest {
  private Engine engine;
  private Scope scope;

  @BeforeEach
  void open() {
    engine = Engine.of(CpuBackend.create(1));
    scope = engine.open("experts");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  /** Multiplies by a factor, and counts the rows. */
  private static final class Scaling extends FeedForwardBlock {
    private final double factor;
    private int rows;

    Scaling(double factor) {
      this.factor = factor;
    }

    @Override
    public Tensor forward(Tensor x) {
      rows += x.size(0);
      return x.mul(factor);
    }

    @Override
    public Tensor forwardAdd(Tensor x, Tensor residual) {
      return residual.add(forward(x));
    }
  }

  private static List<Scaling> experts() {
    return List.of(new Scaling(1), new Scaling(10), new Scaling(100));
  }

  /** A router whose logits are the first three features of a row. */
  private static Linear identityGate() {
    return Linear.of(Tensor.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3), null);
  }

  @Test
  void anExpertComputesTheRowsThatAreRoutedToIt() {
    List<Scaling> experts = experts();
    MixtureOfExperts block = new MixtureOfExperts(identityGate(), experts, 1, true);
    Tensor x = Tensor.of(new float[] {9, 0, 0, 0, 8, 0, 7, 0, 0, 0, 5, 4}, 4, 3);

    Tensor y = block.forward(x);

    assertThat(y.toFloats()).containsExactly(9, 0, 0, 0, 80, 0, 7, 0, 0, 0, 50, 40);
    assertThat(experts).extracting(expert -> expert.rows).containsExactly(2, 2, 0);
  }

  @Test
  void equalProbabilitiesSelectTheFirstExperts() {
    ExpertRouting routing = ExpertRouting.of(new float[] {0.25f, 0.25f, 0.5f, 1, 1, 1}, 3, 2);

    assertThat(routing.experts()).containsExactly(2, 0, 0, 1);
    assertThat(routing.counts()).containsExactly(2, 1, 1);
    assertThat(routing.placesByExpert()).containsExactly(3, 0, 1, 2);
  }

  @Test
  void aRowHasTheSameBitsWithAndWithoutOtherRows() {
    Initializer initializer = Initializer.of(DType.FLOAT32, 3);
    List<FeedForwardBlock> experts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      experts.add(new GatedFeedForward(7, 11, Activation.SILU, false, 0.5, initializer));
    }
    Linear gate = Linear.normal(7, 5, false, 0.5, initializer);
    MixtureOfExperts block = new MixtureOfExperts(gate, experts, 2, true);
    Tensor x = initializer.normal(1, 9, 7);
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      float[] together = block.forward(x).toFloats();
      for (int row = 0; row < 9; row++) {
        assertThat(block.forward(x.rows(row, row + 1)).toFloats())
            .containsExactly(Arrays.copyOfRange(together, 7 * row, 7 * row + 7));
      }
    }
  }

  @Test
  void moreExpertsPerRowThanExpertsAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MixtureOfExperts(identityGate(), experts(), 4, true))
        .withMessage("num_experts_per_tok must be at most the number of experts, 3, got 4");
  }
}
