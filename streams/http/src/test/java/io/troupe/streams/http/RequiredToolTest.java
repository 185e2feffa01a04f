package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.serving.ModelFolder;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of functions that a request requires, by a model that can write any JSON. */
@Timeout(120)
class RequiredToolTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String FIELDS =
      """
      'messages': [{'role': 'user', 'content': 'Pick one.'}], 'tool_choice': 'required', 'tools': [
        {'type': 'function', 'function': {'name': 'pick', 'parameters': {'type': 'object',
         'properties': {'x': {'enum': [12, 345]}}, 'required': ['x'],
         'additionalProperties': false}}},
        {'type': 'function', 'function': {'name': 'stop', 'parameters': {'type': 'object',
         'properties': {}, 'additionalProperties': false}}}],
      'max_tokens': 400\
      """;

  @Test
  void aStreamHasTheCallsOfTheWholeResponse(@TempDir Path folder) throws Exception {
    Path model = ModelFolder.writeByteModel(folder.resolve("bytes"));
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ messages[0].content }}{% for t in tools or [] %} {{ t.function.name }}{% endfor %}");
    try (RunningEndpoint endpoint =
        RunningEndpoint.startCold(model, "", ApiKeys.none(Set.of(Scope.GENERATE)))) {
      endpoint.endpoint.warmUp();
      int numCalls = 0;
      for (int seed = 0; seed < 5; seed++) {
        String body = "{" + FIELDS + ", 'seed': " + seed;
        JsonNode whole = endpoint.ask(PATH, body + "}").path("choices").path(0);
        assertThat(whole.path("finish_reason").asText()).isEqualTo("tool_calls");
        JsonNode calls = whole.path("message").path("tool_calls");
        assertThat(calls).isNotEmpty();
        numCalls += calls.size();
        assertSame(endpoint.stream(PATH, body + ", 'stream': true}"), calls);
      }
      assertThat(numCalls).as("answers with several calls").isGreaterThan(5);
    }
  }

  private static void assertSame(List<JsonNode> chunks, JsonNode calls) {
    int numCalls = 0;
    String finishReason = "";
    for (JsonNode chunk : chunks) {
      JsonNode choice = chunk.path("choices").path(0);
      assertThat(choice.path("delta").path("content").asText("")).isEmpty();
      for (JsonNode call : choice.path("delta").path("tool_calls")) {
        assertThat(call.path("index").asInt()).isEqualTo(numCalls);
        assertThat(call.path("function")).isEqualTo(calls.path(numCalls).path("function"));
        assertThat(call.path("function").path("name").asText()).isIn("pick", "stop");
        numCalls++;
      }
      finishReason = choice.path("finish_reason").asText();
    }
    assertThat(numCalls).isEqualTo(calls.size());
    assertThat(finishReason).isEqualTo("tool_calls");
  }
}
