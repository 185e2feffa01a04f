package io.troupe.rollout.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Published chat templates give what transformers renders from them. */
class PublishedTemplatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The order of keys that the texts were made with; the file of the conversations has them sorted.
   */
  private static final List<String> KEYS =
      List.of(
          "role",
          "content",
          "reasoning_content",
          "tool_calls",
          "tool_call_id",
          "id",
          "type",
          "function",
          "name",
          "arguments",
          "description",
          "parameters",
          "return",
          "properties",
          "required",
          "items",
          "enum",
          "default",
          "minimum",
          "text",
          "city",
          "days",
          "unit",
          "frac",
          "flag",
          "none",
          "opts");

  @Test
  void everyPairOfTemplateAndConversationRendersAsInTransformers() throws IOException {
    Path folder = SharedData.require("chat-templates");
    JsonNode templates = JSON.readTree(folder.resolve("templates.json").toFile());
    JsonNode conversations = JSON.readTree(folder.resolve("conversations.json").toFile());
    JsonNode expected = JSON.readTree(folder.resolve("expected.json").toFile());
    List<String> differences = new ArrayList<>();
    int pairs = 0;
    for (Map.Entry<String, JsonNode> template : templates.properties()) {
      for (Map.Entry<String, JsonNode> conversation : conversations.properties()) {
        JsonNode variables = ordered(conversation.getValue());
        JsonNode wanted = expected.path(template.getKey()).path(conversation.getKey());
        String actual = ExpectedText.render(template.getValue().asText(), variables);
        pairs++;
        if (!agrees(actual, wanted)) {
          differences.add(
              template.getKey()
                  + ", "
                  + conversation.getKey()
                  + ":\n  expected "
                  + ExpectedText.expected(wanted)
                  + "\n  actual   "
                  + actual);
        }
      }
    }
    assertThat(pairs).isEqualTo(97 * 18);
    assertThat(differences).isEmpty();
  }

  private static JsonNode ordered(JsonNode node) {
    if (node.isArray()) {
      ArrayNode items = JSON.createArrayNode();
      node.forEach(item -> items.add(ordered(item)));
      return items;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode object = JSON.createObjectNode();
    node.properties().stream()
        .sorted(Comparator.comparingInt(entry -> KEYS.indexOf(entry.getKey())))
        .forEach(
            entry ->
                object.set(
                    entry.getKey(),
                    entry.getKey().equals("arguments")
                        ? entry.getValue()
                        : ordered(entry.getValue())));
    return object;
  }

  /** Whether the text is equal, or the error; nesting limits differ in their message. */
  private static boolean agrees(String actual, JsonNode expected) {
    String text = ExpectedText.expected(expected);
    return text.startsWith("RecursionError: ")
        ? actual.startsWith("RecursionError: ")
        : actual.equals(text);
  }
}
