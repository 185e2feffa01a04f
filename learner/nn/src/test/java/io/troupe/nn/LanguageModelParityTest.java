package io.troupe.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the logits of every model family with those of transformers. */
class LanguageModelParityTest {
  // Logits are below 11; the tolerance allows about twelve fp32 rounding errors at that magnitude.
  private static final double TOLERANCE = 1e-5;

  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static double[] logits(CausalLM model, TokenBatch tokens) {
    try (Scope _ = ENGINE.open("logits");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      return model.logits(model.hiddenStates(tokens, null)).toDoubles();
    }
  }

  private static void compare(String name, DType dtype) {
    JsonNode expected = ReferenceModel.named(name).expected();
    try (CausalLM model =
        PretrainedModel.load(ReferenceModel.named(name).folder(), ENGINE, dtype)) {
      for (int i = 0; i < expected.get("prompts").size(); i++) {
        int[] prompt = ReferenceModel.ints(expected.get("prompts").get(i));
        double[] logits = ReferenceModel.doubles(expected.get("logits").get(i));
        assertThat(logits(model, TokenBatch.of(prompt)))
            .as("prompt %d", i)
            .containsExactly(logits, within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#names")
  void logitsMatchTransformers(String name) {
    compare(name, DType.FLOAT32);
  }

  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#names")
  void logitsInDoublePrecisionMatchTransformers(String name) {
    compare(name, DType.FLOAT64);
  }

  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#names")
  void packedSequencesHaveTheSameLogitsAsSeparateSequences(String name) {
    JsonNode prompts = ReferenceModel.named(name).expected().get("prompts");
    try (CausalLM model = PretrainedModel.load(ReferenceModel.named(name).folder(), ENGINE)) {
      List<int[]> sequences = new ArrayList<>();
      prompts.forEach(prompt -> sequences.add(ReferenceModel.ints(prompt)));
      int[] ids = sequences.stream().flatMapToInt(Arrays::stream).toArray();
      int[] lengths = sequences.stream().mapToInt(sequence -> sequence.length).toArray();
      double[] packed = logits(model, TokenBatch.packed(ids, PackedSequences.of(lengths)));
      double[] alone =
          sequences.stream()
              .flatMapToDouble(s -> Arrays.stream(logits(model, TokenBatch.of(s))))
              .toArray();
      assertThat(packed).containsExactly(alone);
    }
  }
}
