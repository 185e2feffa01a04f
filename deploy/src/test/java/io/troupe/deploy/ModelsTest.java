package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.registry.ModelRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ModelsTest {
  @Test
  void everyModelIsListedWithItsParameters() {
    String listed = troupe("models").out();
    assertThat(listed).containsPattern("mlp +MLP +101,770 ");
    ModelRegistry.entries()
        .forEach(entry -> assertThat(listed).contains(entry.name() + " ", entry.summary()));
  }

  @Test
  void oneModelIsShownWithItsSettingsAndInputs() {
    assertThat(troupe("models", "gcn").out())
        .contains("23,063 parameters", "hidden_channels", "features of a node between layers")
        .contains("edge_index", "edge_weight", "optional");
    troupe("models", "gnc").isMistake(2, "model must be one of ", "gcn", ", got gnc");
  }

  @Test
  void languageModelsAndCapabilitiesAreListed() {
    assertThat(troupe("models").out())
        .containsPattern("gpt2 +language +124,439,808 +decode, score, embed ")
        .containsPattern("llama +language +134,515,008 ")
        .containsPattern("qwen2 +language +494,032,768 ")
        .containsPattern("qwen3 +language +596,049,920 ")
        .containsPattern("qwen3_moe +language +30,532,122,624 ")
        .containsPattern("mistral +language +7,241,732,096 ")
        .containsPattern("mixtral +language +46,702,792,704 ")
        .containsPattern("gemma +language +2,506,172,416 ")
        .containsPattern("gemma2 +language +2,614,341,888 ")
        .containsPattern("gemma3_text +language +268,098,176 ")
        .containsPattern("phi3 +language +3,821,079,552 ")
        .containsPattern("smollm3 +language +3,075,098,624 ")
        .containsPattern("olmo2 +language +1,484,916,736 ")
        .containsPattern("vae .* learn images, reconstruct, embed, sample images ");
    assertThat(troupe("models", "llama").out())
        .contains("capabilities: decode, score, embed", "num_key_value_heads", "input_ids");
    troupe("train", "llama", "--data", "x.csv")
        .isMistake(2, "got the language model llama", "troupe simulate --model FOLDER");
  }

  @Test
  void modelsAsJson() throws IOException {
    JsonNode model = new ObjectMapper().readTree(troupe("models", "mlp", "--json").out());
    assertThat(model.get("parameters").asLong()).isEqualTo(101_770);
    assertThat(model.get("settings").findValuesAsText("name")).contains("hidden", "activation");
    assertThat(model.get("inputs").get(0).get("name").asText()).isEqualTo("input");
    assertThat(troupe("models", "--json").out().lines()).hasSize(ModelRegistry.entries().size());
  }

  @Test
  void layersOfOneModel() throws IOException {
    assertThat(troupe("models", "lenet5", "--summary").out())
        .containsPattern("conv1 +conv2d +\\(1, 6, 28, 28\\) +156 +117,600 +5")
        .containsPattern("fc1 +linear +\\(1, 64\\) +7,744 +7,680 +32")
        .contains(
            "input (1, 1, 28, 28) to (1, 10)", "59,086 parameters; 0.4 million multiply-adds");
    JsonNode model =
        new ObjectMapper()
            .readTree(troupe("models", "gcn", "--summary", "--size", "nodes=10", "--json").out());
    assertThat(model.at("/inputs/x/0").asInt()).isEqualTo(10);
    assertThat(model.get("parameters").asLong()).isEqualTo(23_063);
    assertThat(model.get("layers").findValuesAsText("operation")).contains("linear");
  }

  @Test
  void mistakesInASummary() {
    troupe("models", "--summary").isMistake(2, "--summary must come with the NAME of a model");
    troupe("models", "mlp", "--set", "hidden=3").isMistake(2, "must come with --summary");
    troupe("models", "lenet5", "--summary", "--size", "height=9")
        .isMistake(2, "size of lenet5 must be one of [batch], got height");
    troupe("models", "lenet5", "--summary", "--set", "depth=9").isMistake(2, "depth");
  }
}
