package io.troupe.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaConfigJson;
import io.troupe.nn.lm.ConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the frequencies of scaled rotary embeddings with transformers. */
class RotaryFrequenciesTest {
  private static LlamaConfig config(String model) throws IOException {
    return LlamaConfigJson.read(
        ConfigJson.parse(
            Files.readString(ReferenceModel.named(model).folder().resolve("config.json"))));
  }

  private static LlamaConfig config(String key, String value) throws IOException {
    ConfigJson json =
        ConfigJson.parse(
            Files.readString(ReferenceModel.named("llama-tied").folder().resolve("config.json")));
    json.node().remove("rope_parameters");
    json.node().set(key, ConfigJson.parse(value).node());
    return LlamaConfigJson.read(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-yarn", "qwen2-yarn", "llama-dynamic", "llama-longrope"})
  void frequenciesAndAttentionFactorMatchTransformers(String model) throws IOException {
    JsonNode expected = ReferenceModel.named(model).expected().get("rope");
    LlamaConfig config = config(model);
    assertThat(config.rope().attentionFactor())
        .isCloseTo(expected.get("attention_factor").asDouble(), within(1e-8));
    RotaryFrequencies frequencies = new RotaryFrequencies(config.rope(), config.lm().headDim());
    for (Map.Entry<String, JsonNode> entry : expected.get("frequencies").properties()) {
      float[] actual = frequencies.forLength(Integer.parseInt(entry.getKey()));
      double[] expectedFrequencies = ReferenceModel.doubles(entry.getValue());
      assertThat(actual).hasSize(expectedFrequencies.length);
      for (int i = 0; i < actual.length; i++) {
        // pow differs from PyTorch in the last bit
        assertThat((double) actual[i])
            .as("length %s, frequency %d", entry.getKey(), i)
            .isCloseTo(expectedFrequencies[i], within(2e-7 * expectedFrequencies[i]));
      }
    }
    assertThat(config.lm().maxPositionEmbeddings()).isEqualTo(64);
  }

  @Test
  void keysOfTransformers4AreRead() throws IOException {
    String keys =
        "\"factor\": 4.0, \"original_max_position_embeddings\": 32, \"attention_factor\": 0.5}";
    LlamaConfig older = config("rope_scaling", "{\"type\": \"yarn\", " + keys);
    LlamaConfig newer = config("rope_parameters", "{\"rope_type\": \"yarn\", " + keys);
    assertThat(older.rope()).isEqualTo(newer.rope());
    assertThat(older.rope().scaling())
        .isEqualTo(new RotaryParameters.Yarn(4, 0.5, 32, 1, 32, true));
    assertThat(older.lm().maxPositionEmbeddings()).isEqualTo(128);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-yarn", "llama-dynamic", "llama-longrope", "llama3-untied"})
  void savedConfigurationsAreReadBack(String model) throws IOException {
    LlamaConfig config = config(model);
    LlamaConfig read = LlamaConfigJson.read(ConfigJson.parse(LlamaConfigJson.write(config)));
    assertThat(read.rope()).isEqualTo(config.rope());
    assertThat(read.lm().maxPositionEmbeddings()).isEqualTo(config.lm().maxPositionEmbeddings());
  }
}
