package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.catalog.Catalog;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ModelsTest {
  @Test
  void everyModelIsListedWithItsParameters() {
    String listed = troupe("models").out();
    assertThat(listed).containsPattern("mlp +MLP +101,770 ");
    Catalog.entries()
        .forEach(entry -> assertThat(listed).contains(entry.name() + " ", entry.summary()));
  }

  @Test
  void oneModelIsShownWithItsSettingsAndInputs() {
    assertThat(troupe("models", "gcn").out())
        .contains("23,063 parameters", "hidden_channels", "features of a node between layers")
        .contains("edge_index", "edge_weight", "optional");
    troupe("models", "gnc").isMistake(2, "there is no model gnc", "gcn");
  }

  @Test
  void modelsAsJson() throws IOException {
    JsonNode model = new ObjectMapper().readTree(troupe("models", "mlp", "--json").out());
    assertThat(model.get("parameters").asLong()).isEqualTo(101_770);
    assertThat(model.get("settings").findValuesAsText("name")).contains("hidden", "activation");
    assertThat(model.get("inputs").get(0).get("name").asText()).isEqualTo("input");
    assertThat(troupe("models", "--json").out().lines()).hasSize(Catalog.entries().size());
  }
}
