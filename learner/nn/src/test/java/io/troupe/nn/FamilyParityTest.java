package io.troupe.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.TokenLogProbs;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares samples and gradients of the language-model families with those of transformers. */
class FamilyParityTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));

  @TempDir Path folder;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#families")
  void logProbsOfSamplesMatchTransformers(String name) {
    JsonNode expected = ReferenceModel.named(name).expected();
    try (CausalLM model = PretrainedModel.load(ReferenceModel.named(name).folder(), ENGINE);
        GradMode.NoGrad _ = GradMode.noGrad()) {
      for (JsonNode sampled : expected.get("sampled")) {
        int[] prompt = ReferenceModel.ints(sampled.get("prompt"));
        int[] ids = ReferenceModel.ints(sampled.get("ids"));
        int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(ids)).toArray();
        try (Scope _ = ENGINE.open("log-probabilities")) {
          Tensor hidden = model.hiddenStates(TokenBatch.of(all), null);
          Tensor logits = model.logits(hidden.rows(prompt.length - 1, all.length - 1));
          double temperature = sampled.get("temperature").asDouble();
          assertThat(TokenLogProbs.of(logits, Tensor.of(ids), temperature).logProbs().toDoubles())
              .containsExactly(ReferenceModel.doubles(sampled.get("logProbs")), within(3e-5));
        }
      }
    }
  }

  /**
   * Gradients in FLOAT32 and FLOAT64, relative to the largest one of each parameter. Some are 0 but
   * for rounding, such as those of key biases without positions.
   */
  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#families")
  void gradientsMatchPyTorch(String name) {
    compareGradients(name, DType.FLOAT32);
    compareGradients(name, DType.FLOAT64);
  }

  private static void compareGradients(String name, DType dtype) {
    ReferenceModel reference = ReferenceModel.named(name);
    JsonNode prompts = reference.expected().get("prompts");
    int[] tokens = ReferenceModel.ints(prompts.get(prompts.size() - 1));
    try (CausalLM model = PretrainedModel.load(reference.folder(), ENGINE, dtype);
        CausalLM gradients = PretrainedModel.load(reference.gradients(), ENGINE, dtype)) {
      try (Scope _ = ENGINE.open("loss")) {
        Tensor hidden = model.hiddenStates(TokenBatch.of(tokens), null);
        Tensor logits = model.logits(hidden.rows(0, tokens.length - 1));
        Tensor targets = Tensor.of(Arrays.copyOfRange(tokens, 1, tokens.length));
        TokenLogProbs.of(logits, targets, 1).logProbs().mean().neg().backward();
      }
      Map<String, Tensor> expected = gradients.namedParameters();
      double rounding =
          1e-7
              * expected.values().stream().mapToDouble(g -> largest(g.toDoubles())).max().orElse(0);
      model
          .namedParameters()
          .forEach(
              (parameter, tensor) -> {
                double[] wanted = expected.get(parameter).toDoubles();
                double[] actual =
                    tensor.grad() == null ? new double[wanted.length] : tensor.grad().toDoubles();
                assertThat(actual)
                    .as("%s, %s", parameter, dtype)
                    .containsExactly(wanted, within(1e-4 * largest(wanted) + rounding));
              });
    }
  }

  private static double largest(double[] gradient) {
    return Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral-even", "mixtral-odd", "qwen3-moe-even", "qwen3-moe-odd"})
  void routerLossMatchesTransformers(String name) throws IOException {
    ReferenceModel reference = ReferenceModel.named(name);
    JsonNode expected = reference.expected().get("routerLoss");
    JsonNode prompts = reference.expected().get("prompts");
    int[] tokens = ReferenceModel.ints(prompts.get(prompts.size() - 1));
    ConfigJson config =
        ConfigJson.parse(Files.readString(reference.folder().resolve("config.json")));
    config.node().put("output_router_logits", true);
    config.node().put("router_aux_loss_coef", 0.5);
    Files.writeString(folder.resolve("config.json"), config.text());
    Files.copy(
        reference.folder().resolve("model.safetensors"), folder.resolve("model.safetensors"));
    try (CausalLM model = PretrainedModel.load(folder, ENGINE);
        Scope _ = ENGINE.open("router loss")) {
      Tensor loss = model.trainingPass(TokenBatch.of(tokens)).auxiliaryLoss().orElseThrow();
      assertThat(loss.item()).isCloseTo(0.5 * expected.get("value").asDouble(), within(1e-5));
      loss.backward();
      double[] gradient = ReferenceModel.doubles(expected.get("gradient"));
      Tensor router = model.namedParameters().get(expected.get("parameter").asText());
      assertThat(Arrays.stream(router.grad().toDoubles()).map(g -> 2 * g).toArray())
          .containsExactly(gradient, within(1e-4 * largest(gradient)));
      model.gradientCheckpointing(true);
      assertThatIllegalStateException()
          .isThrownBy(() -> model.trainingPass(TokenBatch.of(tokens)))
          .withMessageContaining("gradient-checkpointing must be off");
    }
  }
}
