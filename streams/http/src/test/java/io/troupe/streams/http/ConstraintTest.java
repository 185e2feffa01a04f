package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fields that restrict the output, and calls of functions that they enforce. */
@Timeout(120)
class ConstraintTest {
  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws InterruptedException {
    endpoint = RunningEndpoint.start(folder, "");
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  private static JsonNode choice(String fields) {
    return endpoint
        .ask("/v1/completions", "{'prompt': 'Hello', 'seed': 5, " + fields + "}")
        .path("choices")
        .path(0);
  }

  @Test
  void regularExpressionIsFollowedUnderBothNames() {
    JsonNode choice = choice("'structured_outputs': {'regex': '(ab|cd){3}'}");
    assertThat(choice.path("text").asText()).matches("(ab|cd){3}");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(choice("'guided_regex': '(ab|cd){3}'").path("text")).isEqualTo(choice.path("text"));
  }

  @Test
  void schemaThatTheVocabularyCanWriteIsFollowed() {
    // the alphabet of the model has no quotes or braces
    JsonNode choice =
        choice(
            "'response_format': {'type': 'json_schema', 'json_schema': {'name': 'x', 'schema':"
                + " {'enum': [12, 345]}}}");
    assertThat(choice.path("text").asText()).isIn("12", "345");
  }

  @Test
  void constraintThatCannotBeFollowedIsRejectedByName() {
    for (String fields :
        List.of(
            "'structured_outputs': {'regex': '('}",
            "'structured_outputs': {'regex': '(a)\\\\1'}",
            "'structured_outputs': {'regex': '!'}",
            "'response_format': {'type': 'json_object'}",
            "'response_format': {'type': 'json_schema', 'json_schema': {'schema': {'$ref': 'x'}}}",
            "'response_format': {'type': 'xml'}",
            "'response_format': {'type': 'json_object'}, 'guided_regex': 'a'",
            "'structured_outputs': {'grammar': 'x'}")) {
      JsonNode error =
          endpoint.refuse(400, "/v1/completions", "{'prompt': 'Hello', " + fields + "}");
      assertThat(error.path("param").asText())
          .as("%s: %s", fields, error.path("message"))
          .containsAnyOf("structured_outputs", "response_format", "guided_regex");
    }
  }

  @Test
  void namedFunctionIsCalledWithArgumentsOfItsSchema() {
    String body =
        "{'messages': [{'role': 'user', 'content': 'Hello'}], 'seed': 5, 'tool_choice': {'type':"
            + " 'function', 'function': {'name': 'pick'}}, 'tools': [{'type': 'function',"
            + " 'function': {'name': 'pick', 'parameters': {'enum': [12, 345]}}}]";
    JsonNode choice = endpoint.ask("/v1/chat/completions", body + "}").path("choices").path(0);
    JsonNode call = choice.path("message").path("tool_calls").path(0);
    assertThat(call.path("type").asText()).isEqualTo("function");
    assertThat(call.path("id").asText()).startsWith("call_");
    assertThat(call.path("function").path("name").asText()).isEqualTo("pick");
    assertThat(call.path("function").path("arguments").asText()).isIn("12", "345");
    assertThat(choice.path("message").path("content").isNull()).isTrue();
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    StringBuilder arguments = new StringBuilder();
    String name = "";
    for (JsonNode chunk : endpoint.stream("/v1/chat/completions", body + ", 'stream': true}")) {
      JsonNode delta = chunk.path("choices").path(0).path("delta").path("tool_calls").path(0);
      name += delta.path("function").path("name").asText("");
      arguments.append(delta.path("function").path("arguments").asText(""));
    }
    assertThat(name).isEqualTo("pick");
    assertThat(arguments.toString()).isEqualTo(call.path("function").path("arguments").asText());
  }
}
