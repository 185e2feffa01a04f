package io.troupe.nn.lm;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.gpt2.Gpt2Config;
import io.troupe.nn.gpt2.Gpt2Model;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.memory.MemoryUse;
import io.troupe.tensor.random.Philox;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientCheckpointingTest {
  private static final int LAYERS = 8;
  private static final int TIME = 128;

  private final Engine engine = Engine.of(CpuBackend.create(2));

  @AfterEach
  void close() {
    engine.close();
  }

  private CausalLM llama() {
    return LlamaModel.random(
        LlamaConfig.builder()
            .vocabSize(50)
            .hiddenSize(32)
            .intermediateSize(64)
            .numHiddenLayers(LAYERS)
            .numAttentionHeads(4)
            .numKeyValueHeads(2)
            .maxPositionEmbeddings(TIME)
            .build(),
        engine,
        7);
  }

  private CausalLM gpt2WithDropout() {
    Gpt2Config plain = Gpt2Config.of(50, TIME, 32, LAYERS, 4, 0);
    return Gpt2Model.random(
        new Gpt2Config(
            plain.lm(),
            plain.innerSize(),
            plain.activation(),
            plain.layerNormEpsilon(),
            0.2,
            0.3,
            plain.scaleAttnWeights(),
            plain.scaleAttnByInverseLayerIdx(),
            plain.tieWordEmbeddings(),
            plain.initializerRange()),
        engine,
        7);
  }

  private record Pass(List<float[]> gradients, long activationBytes) {}

  /** The gradients of two passes in training mode, and the peak of their activations. */
  private Pass pass(CausalLM model, boolean checkpointing) {
    try (model) {
      model.gradientCheckpointing(checkpointing);
      model.train();
      model.restartRandom(Philox.of(3));
      for (int i = 0; i < 2; i++) {
        try (Scope _ = engine.open("pass")) {
          int[] ids = new int[4 * TIME];
          for (int t = 0; t < ids.length; t++) {
            ids[t] = (17 * t + i) % 50;
          }
          model.forward(Tensor.of(ids, 4, TIME)).apply(UnaryOp.SQUARE).sum().backwardAndRelease();
        }
      }
      return new Pass(
          model.namedParameters().values().stream().map(p -> p.grad().toFloats()).toList(),
          engine.memory().peakBytes(MemoryUse.ACTIVATIONS));
    }
  }

  @Test
  void gradientsOfLlamaAreTheSameBitForBit() {
    assertThat(pass(llama(), true).gradients())
        .usingRecursiveComparison()
        .isEqualTo(pass(llama(), false).gradients());
  }

  @Test
  void gradientsWithDropoutAreTheSameBitForBit() {
    assertThat(pass(gpt2WithDropout(), true).gradients())
        .usingRecursiveComparison()
        .isEqualTo(pass(gpt2WithDropout(), false).gradients());
  }

  @Test
  void activationsTakeAFractionOfTheMemory() {
    long checkpointed = pass(llama(), true).activationBytes();
    long kept = pass(llama(), false).activationBytes();

    assertThat(checkpointed).isLessThan(kept / 2);
  }
}
