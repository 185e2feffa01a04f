package io.troupe.nn.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.TorchFile;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiHeadAttentionTest {
  @ParameterizedTest
  @CsvSource({"self, 24, 3", "self_bias, 16, 4"})
  void fusedProjectionsMatchPyTorch(String name, int features, int heads) {
    check(name, initializer -> fused(features, heads, initializer));
  }

  @ParameterizedTest
  @CsvSource({"self_separate, 15, 15, 15, 5", "cross, 14, 9, 20, 2", "cross_mask, 8, 6, 8, 2"})
  void separateProjectionsMatchPyTorch(
      String name, int features, int context, int inner, int heads) {
    check(
        name,
        initializer ->
            new MultiHeadAttention(
                heads,
                new Projections.Separate(
                    new Projection("to_q", Linear.of(features, inner, false, initializer)),
                    new Projection("to_k", Linear.of(context, inner, false, initializer)),
                    new Projection("to_v", Linear.of(context, inner, false, initializer))),
                new Projection("to_out.0", Linear.of(inner, features, true, initializer))));
  }

  private static MultiHeadAttention fused(int features, int heads, Initializer initializer) {
    return new MultiHeadAttention(
        heads,
        new Projections.Fused(
            new Projection("qkv", Linear.of(features, 3 * features, true, initializer))),
        new Projection("proj", Linear.of(features, features, true, initializer)));
  }

  private interface Created {
    MultiHeadAttention with(Initializer initializer);
  }

  private static void check(String name, Created created) {
    try (TorchFile file = TorchFile.open("attention/attention");
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      MultiHeadAttention layer = created.with(Initializer.of(DType.FLOAT32, 1));
      assertThat(layer.stateDict().keySet()).isEqualTo(file.names(name + ".param."));
      file.load(name + ".param.", layer);
      Tensor x = file.leaf(name + ".x");
      Tensor context = file.has(name + ".context") ? file.leaf(name + ".context") : null;
      Tensor bias = file.has(name + ".bias") ? file.leaf(name + ".bias") : null;
      Tensor mask = file.has(name + ".mask") ? file.get(name + ".mask") : null;
      ScoreTerms terms = new ScoreTerms(bias, mask);
      Tensor y = context == null ? layer.forward(x, terms) : layer.cross(x, context, terms);
      y.backward(file.get(name + ".dy"));
      file.check(y, name + ".y");
      file.check(x.grad(), name + ".dx");
      if (context != null) {
        file.check(context.grad(), name + ".dcontext");
      }
      if (bias != null) {
        file.check(bias.grad(), name + ".dbias");
      }
      file.checkGradients(name + ".grad.", layer);
    }
  }

  @Test
  void causalTermsHideLaterPositions() {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("causal")) {
      MultiHeadAttention layer = fused(8, 2, Initializer.of(DType.FLOAT32, 1));
      Tensor x = Initializer.of(DType.FLOAT32, 2).normal(1, 1, 6, 8);
      Tensor whole = layer.forward(x, ScoreTerms.causal(DType.FLOAT32, 6));
      Tensor part = layer.forward(x.narrow(1, 0, 4), ScoreTerms.causal(DType.FLOAT32, 4));
      float[] expected = part.toFloats();
      float[] actual = whole.narrow(1, 0, 4).toFloats();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], Offset.offset(1e-6f));
      }
    }
  }

  @Test
  void weightsAreThoseOfTheForwardPass() {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("weights")) {
      Initializer initializer = Initializer.of(DType.FLOAT32, 1);
      Linear qkv = Linear.of(6, 18, true, initializer);
      Linear proj = Linear.of(6, 6, true, initializer);
      MultiHeadAttention layer =
          new MultiHeadAttention(
              2, new Projections.Fused(new Projection("qkv", qkv)), new Projection("proj", proj));
      Tensor x = initializer.normal(1, 4, 3, 6);
      Tensor bias = initializer.normal(1, 2, 2, 3, 3); // of two groups
      Tensor mask = Tensor.of(new int[] {1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1}, 4, 3);
      ScoreTerms terms = ScoreTerms.bias(bias).withKeyMask(mask);
      Tensor values = qkv.forward(x.reshape(12, 6)).narrow(1, 12, 6).reshape(4, 3, 2, 3);
      Tensor attended = layer.weights(x, terms).matmul(values.permute(0, 2, 1, 3));
      Tensor expected = proj.forward(attended.permute(0, 2, 1, 3).reshape(12, 6));
      assertThat(layer.forward(x, terms).toDoubles())
          .containsExactly(expected.toDoubles(), Offset.offset(1e-5));
    }
  }

  @Test
  void addsToAResidual() {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("residual")) {
      MultiHeadAttention layer = fused(8, 2, Initializer.of(DType.FLOAT32, 1));
      Tensor x = Initializer.of(DType.FLOAT32, 2).normal(1, 2, 5, 8);
      Tensor residual = Initializer.of(DType.FLOAT32, 3).normal(1, 2, 5, 8);
      Tensor added = layer.forwardAdd(x, residual, ScoreTerms.NONE);
      assertThat(added.toFloats())
          .isEqualTo(layer.forward(x, ScoreTerms.NONE).add(residual).toFloats());
    }
  }

  @Test
  void fusedProjectionsAttendToNoOtherSequence() {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("fused")) {
      MultiHeadAttention layer = fused(8, 2, Initializer.of(DType.FLOAT32, 1));
      Tensor x = Tensor.zeros(1, 2, 8);
      assertThatThrownBy(() -> layer.cross(x, x, ScoreTerms.NONE))
          .hasMessageContaining("separate projections, got qkv");
      assertThatThrownBy(() -> fused(8, 3, Initializer.of(DType.FLOAT32, 1)))
          .hasMessageContaining("a multiple of the number of heads, 3, got 8");
    }
  }
}
