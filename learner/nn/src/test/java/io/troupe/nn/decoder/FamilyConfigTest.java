package io.troupe.nn.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.gemma.Gemma2Config;
import io.troupe.nn.gemma.Gemma3Config;
import io.troupe.nn.gemma.GemmaConfig;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.nn.mistral.MistralConfig;
import io.troupe.nn.phi3.Phi3Config;
import io.troupe.nn.qwen3.Qwen3MoeConfig;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.nn.smollm3.SmolLM3Config;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of {@code config.json} as the families read them. */
class FamilyConfigTest {
  private static ConfigJson config(String modelType) {
    ConfigJson json = ConfigJson.empty();
    json.node()
        .put("model_type", modelType)
        .put("vocab_size", 9)
        .put("hidden_size", 16)
        .put("intermediate_size", 8)
        .put("num_hidden_layers", 4)
        .put("num_attention_heads", 2)
        .put("num_key_value_heads", 1);
    return json;
  }

  private static ConfigJson config(String modelType, String key, String value)
      throws JsonProcessingException {
    ConfigJson json = config(modelType);
    json.node().set(key, new ObjectMapper().readTree(value));
    return json;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          qwen3 | layer_types | ["full_attention"] | layer_types must have num_hidden_layers=4 elements, got 1
          gemma2 | layer_types | ["a","b","c","d"] | an element of layer_types must be full_attention or sliding_attention, got a
          gemma | use_bidirectional_attention | true | use_bidirectional_attention must be false for a language model, got true
          gemma2 | sliding_window | 0 | sliding_window must be an integer above 0, got 0
          gemma2 | attn_logit_softcapping | -1 | the soft cap of attention must be above 0, got -1.0
          mistral | layer_types | ["full_attention"] | layer_types must be absent for model_type mistral, got ["full_attention"]
          phi3 | partial_rotary_factor | 1.5 | partial_rotary_factor must be in (0, 1], got 1.5
          phi3 | partial_rotary_factor | 0.4 | the rotated dimensions of a head (head_dim * partial_rotary_factor) must be even and above 0, got 3
          smollm3 | no_rope_layers | [1, 0] | no_rope_layers must have num_hidden_layers=4 elements, got 2
          mixtral | num_experts_per_tok | 9 | num_experts_per_tok must be at most the number of experts, 8, got 9
          qwen3_moe | num_experts | "x" | num_experts must be an integer above 0, got "x"
          olmo2 | num_key_value_heads | 3 | num_attention_heads must be a multiple of num_key_value_heads=3, got 2
          gemma3_text | hidden_activation | "magic" | hidden_activation must be one of
          """)
  void wrongSettingsAreRejected(String modelType, String key, String value, String message)
      throws JsonProcessingException {
    ConfigJson json = config(modelType, key, value);
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      var files = new PretrainedConfig(json.text(), Optional.empty());
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  ModelRegistry.languageModel(json)
                      .undefined(json, files, engine, DType.FLOAT32)
                      .close())
          .withMessageContaining(message);
    }
  }

  @Test
  void absentAndNullWindowsDiffer() throws JsonProcessingException {
    assertThat(MistralConfig.read(config("mistral")).slidingWindow()).hasValue(4096);
    assertThat(MistralConfig.read(config("mistral", "sliding_window", "null")).slidingWindow())
        .isEmpty();
    assertThat(Phi3Config.read(config("phi3")).slidingWindow()).isEmpty();
  }

  @Test
  void gemmaAlternatesWindowsByDefault() {
    LayerWindows gemma2 = Gemma2Config.read(config("gemma2")).windows();
    assertThat(gemma2.ofLayer())
        .containsExactly(
            OptionalInt.of(4096), OptionalInt.empty(), OptionalInt.of(4096), OptionalInt.empty());
    ConfigJson json = config("gemma3_text");
    json.node().put("sliding_window", 5).put("sliding_window_pattern", 3);
    assertThat(Gemma3Config.read(json).windows().ofLayer())
        .containsExactly(
            OptionalInt.of(5), OptionalInt.of(5), OptionalInt.empty(), OptionalInt.of(5));
  }

  @Test
  void gemma3ReadsRotaryBasesOfBothForms() throws JsonProcessingException {
    ConfigJson old = config("gemma3_text");
    old.node().put("rope_theta", 777).put("rope_local_base_freq", 55);
    Gemma3Config read = Gemma3Config.read(old);
    assertThat(read.globalRope().parameters().ropeTheta()).isEqualTo(777);
    assertThat(read.localRope().parameters().ropeTheta()).isEqualTo(55);
    ConfigJson now =
        config("gemma3_text", "rope_parameters", "{\"sliding_attention\":{\"rope_theta\":66}}");
    assertThat(Gemma3Config.read(now).localRope().parameters().ropeTheta()).isEqualTo(66);
    assertThat(Gemma3Config.read(now).globalRope().parameters().ropeTheta()).isEqualTo(1_000_000);
  }

  @Test
  void geluOfTheFirstGemmaFilesIsTheApproximation() throws JsonProcessingException {
    assertThat(GemmaConfig.read(config("gemma", "hidden_act", "\"gelu\"")).config().hiddenAct())
        .isEqualTo(Activation.GELU_NEW);
  }

  @Test
  void everyFourthLayerOfSmolLM3HasNoPositions() {
    assertThat(SmolLM3Config.read(config("smollm3")).positions())
        .containsExactly(
            new Positions.Rotary(0),
            new Positions.Rotary(0),
            new Positions.Rotary(0),
            new Positions.None());
  }

  @Test
  void layersWithExpertsFollowStepAndExceptions() throws JsonProcessingException {
    ConfigJson json = config("qwen3_moe", "mlp_only_layers", "[3]");
    json.node().put("decoder_sparse_step", 2);
    assertThat(Qwen3MoeConfig.read(json).sparseLayers()).containsExactly(1);
  }
}
