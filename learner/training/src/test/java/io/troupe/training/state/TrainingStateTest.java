package io.troupe.training.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import io.troupe.training.optim.Optimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingStateTest {
  private final Engine engine = Engine.of(CpuBackend.create(1));
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
    engine.close();
  }

  private CausalLM policy() {
    return PretrainedModel.load(Fixtures.path("torch/llama"), engine);
  }

  static List<OptimizerConfig> optimizers() {
    return List.of(
        new OptimizerConfig.AdamW(0.02, 0.9, 0.999, 1e-8, 0.01, new WeightDecayOn.Matrices(), 1),
        new OptimizerConfig.Sgd(0.1, 0.9, 0.5, false, 0, new WeightDecayOn.Matrices(), 0));
  }

  private static void step(CausalLM policy, Optimizer optimizer, double gradient) {
    policy.namedParameters().values().forEach(p -> p.gradBuffer().filli(gradient));
    optimizer.step(0.01, 1);
    optimizer.zeroGrad();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void restoredLearnerContinuesWithTheSameBits(OptimizerConfig config) {
    try (CausalLM policy = policy();
        CausalLM joining = policy();
        Optimizer optimizer = Optimizer.of(config, policy.namedParameters());
        Optimizer joined = Optimizer.of(config, joining.namedParameters())) {
      step(policy, optimizer, 0.3);
      TrainingState state = TrainingState.view(1, 20, policy, optimizer).copy(arena);
      step(policy, optimizer, -0.7);
      state.restore(joining, joined);
      step(joining, joined, -0.7);

      assertThat(joined.stepCount()).isEqualTo(2);
      TrainingState expected = TrainingState.view(2, 20, policy, optimizer);
      TrainingState actual = TrainingState.view(2, 20, joining, joined);
      assertThat(actual.optimizer()).hasSameSizeAs(expected.optimizer()).isNotEmpty();
      for (int i = 0; i < expected.optimizer().size(); i++) {
        MemorySegment content = expected.optimizer().get(i).content();
        assertThat(actual.optimizer().get(i).content().mismatch(content)).isEqualTo(-1);
      }
      assertThat(actual.weightChecksum())
          .isEqualTo(expected.weightChecksum())
          .isNotEqualTo(state.weightChecksum());
      assertThat(state.sizeBytes()).isEqualTo(expected.sizeBytes());
    }
  }

  @Test
  void momentumThatTheSourceDoesNotHaveIsRemoved() {
    OptimizerConfig config = optimizers().getLast();
    try (CausalLM policy = policy();
        Optimizer optimizer = Optimizer.of(config, policy.namedParameters())) {
      TrainingState start = TrainingState.view(0, 0, policy, optimizer).copy(arena);
      step(policy, optimizer, 0.3);
      assertThat(optimizer.state()).isNotEmpty();
      start.restore(policy, optimizer);

      assertThat(optimizer.state()).isEmpty();
      assertThat(TrainingState.view(0, 0, policy, optimizer).weightChecksum())
          .isEqualTo(start.weightChecksum());
    }
  }

  @Test
  void checksumIsCrc32cOfAllParametersInOrder() {
    try (CausalLM policy = policy()) {
      CRC32C expected = new CRC32C();
      for (Tensor parameter : policy.namedParameters().values()) {
        for (float value : parameter.toFloats()) {
          int bits = Float.floatToRawIntBits(value);
          expected.update(bits);
          expected.update(bits >> 8);
          expected.update(bits >> 16);
          expected.update(bits >> 24);
        }
      }
      long checksum = WeightChecksum.of(policy.namedParameters().values());
      assertThat(checksum).isEqualTo(expected.getValue());

      MemorySegment last = policy.namedParameters().lastEntry().getValue().segment();
      int bits = last.get(ValueLayout.JAVA_INT_UNALIGNED, last.byteSize() - 4);
      last.set(ValueLayout.JAVA_INT_UNALIGNED, last.byteSize() - 4, bits ^ 1);
      assertThat(WeightChecksum.of(policy.namedParameters().values())).isNotEqualTo(checksum);
    }
  }

  @Test
  void stateOfAnotherModelOrOptimizerIsRejected() {
    try (CausalLM policy = policy();
        Optimizer adamW = Optimizer.of(optimizers().getFirst(), policy.namedParameters());
        Optimizer sgd = Optimizer.of(optimizers().getLast(), policy.namedParameters())) {
      TrainingState state = TrainingState.view(0, 0, policy, adamW);
      assertThatThrownBy(() -> state.restore(policy, sgd))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("state of optim=sgd must have the tensors []");
      assertThatThrownBy(() -> TrainingState.view(0, 0, policy, sgd).restore(policy, adamW))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bytes, got none");
      assertThatThrownBy(() -> withShortFirstWeight(state).restore(policy, adamW))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must have");
      List<StateSegment> twice = new ArrayList<>(state.weights());
      twice.add(twice.getFirst());
      assertThatThrownBy(() -> withWeights(state, twice).restore(policy, adamW))
          .hasMessageContaining("twice");
      assertThatThrownBy(
              () -> withWeights(state, state.weights().subList(1, 3)).restore(policy, adamW))
          .hasMessageStartingWith("weights of the state must be those of");
    }
  }

  private static TrainingState withShortFirstWeight(TrainingState state) {
    List<StateSegment> weights = new ArrayList<>(state.weights());
    StateSegment first = weights.getFirst();
    weights.set(0, new StateSegment(first.name(), first.content().asSlice(4)));
    return withWeights(state, weights);
  }

  private static TrainingState withWeights(TrainingState state, List<StateSegment> weights) {
    return new TrainingState(
        state.step(), state.numTokens(), state.optimizerSteps(), weights, state.optimizer());
  }
}
