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

/** The fields of {@code /v1/chat/completions}. */
@Timeout(120)
class ChatTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String USER = "'messages': [{'role': 'user', 'content': 'Hello'}]";
  private static final String SAMPLED = USER + ", 'max_tokens': 8, 'ignore_eos': true, 'seed': 7";
  private static final String TOOLS =
      ", 'tools': [{'type': 'function', 'function': {'name': 'lookup', 'description': 'x',"
          + " 'parameters': {'type': 'object', 'properties': {'x': {'type': 'string'}}}}}]";

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

  private static JsonNode ask(String fields) {
    return endpoint.ask(PATH, "{" + fields + "}");
  }

  private static String param(String fields) {
    return endpoint.refuse(400, PATH, "{" + fields + "}").path("param").asText();
  }

  @Test
  void responseHasTheFieldsOfOpenAi() {
    JsonNode response = ask(SAMPLED);
    assertThat(response.path("id").asText()).startsWith("chatcmpl-");
    assertThat(response.path("object").asText()).isEqualTo("chat.completion");
    JsonNode choice = response.path("choices").path(0);
    assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
    assertThat(choice.path("message").path("content").asText()).isNotEmpty();
    assertThat(choice.path("message").path("refusal").isNull()).isTrue();
    assertThat(choice.path("message").has("tool_calls")).isFalse();
    assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
    // userHelloassistant, without another special token than the template has
    assertThat(response.path("usage").path("prompt_tokens").asInt()).isEqualTo(18);
  }

  @Test
  void messagesAreRenderedByTheTemplate() {
    String text = ask(SAMPLED).path("choices").path(0).path("message").path("content").asText();
    JsonNode completion =
        endpoint.ask(
            "/v1/completions",
            "{'prompt': 'userHelloassistant', 'add_special_tokens': false, 'max_tokens': 8,"
                + " 'ignore_eos': true, 'seed': 7}");
    assertThat(completion.path("choices").path(0).path("text").asText()).isEqualTo(text);
    assertThat(endpoint.ask("/tokenize", "{" + USER + "}").path("count").asInt()).isEqualTo(18);
  }

  @Test
  void partsOfAMessageAreJoined() {
    JsonNode parts =
        endpoint.ask(
            "/tokenize",
            "{'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 'Hello'}]}]}");
    assertThat(parts).isEqualTo(endpoint.ask("/tokenize", "{" + USER + "}"));
  }

  @Test
  void withoutMaxTokensTheContextIsTheLimit() {
    JsonNode usage = ask(USER + ", 'ignore_eos': true, 'seed': 1").path("usage");
    assertThat(usage.path("total_tokens").asInt()).isEqualTo(64);
  }

  @Test
  void streamBeginsWithTheRoleAndJoinsToTheWholeMessage() {
    String text = ask(SAMPLED).path("choices").path(0).path("message").path("content").asText();
    List<JsonNode> chunks =
        endpoint.stream(
            PATH, "{" + SAMPLED + ", 'stream': true, 'stream_options': {'include_usage': true}}");
    JsonNode first = chunks.getFirst();
    assertThat(first.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(first.path("choices").path(0).path("delta").path("role").asText())
        .isEqualTo("assistant");
    StringBuilder content = new StringBuilder();
    for (JsonNode chunk : chunks.subList(1, chunks.size() - 1)) {
      JsonNode choice = chunk.path("choices").path(0);
      assertThat(choice.path("delta").has("role")).isFalse();
      content.append(choice.path("delta").path("content").asText());
    }
    assertThat(content.toString()).isEqualTo(text);
    JsonNode lastChoice = chunks.get(chunks.size() - 2).path("choices").path(0);
    assertThat(lastChoice.path("finish_reason").asText()).isEqualTo("length");
    assertThat(chunks.getLast().path("usage").path("completion_tokens").asInt()).isEqualTo(8);
  }

  @Test
  void severalAnswersHaveIndices() {
    JsonNode choices = ask(SAMPLED + ", 'n': 3").path("choices");
    assertThat(choices).hasSize(3);
    assertThat(choices.path(2).path("index").asInt()).isEqualTo(2);
    assertThat(choices.path(1).path("message")).isNotEqualTo(choices.path(0).path("message"));
  }

  @Test
  void lastMessageOfTheAssistantCanBeContinued() {
    String messages =
        "'messages': [{'role': 'user', 'content': 'Hello'}, {'role': 'assistant', 'content':"
            + " 'Yes'}]";
    int whole =
        endpoint
            .ask("/tokenize", "{" + messages + ", 'add_generation_prompt': false}")
            .path("count")
            .asInt();
    assertThat(whole).isEqualTo("userHelloassistantYes".length());
    int continued =
        endpoint
            .ask("/tokenize", "{" + messages + ", 'continue_final_message': true}")
            .path("count")
            .asInt();
    assertThat(continued).isEqualTo(whole);
    assertThat(param(messages + ", 'continue_final_message': true, 'add_generation_prompt': true"))
        .isEqualTo("add_generation_prompt");
  }

  @Test
  void toolsAreRenderedUnlessTheChoiceIsNone() {
    int without = ask(SAMPLED).path("usage").path("prompt_tokens").asInt();
    JsonNode auto = ask(SAMPLED + TOOLS);
    assertThat(auto.path("usage").path("prompt_tokens").asInt())
        .isEqualTo(without + "Tlookup".length());
    JsonNode none = ask(SAMPLED + TOOLS + ", 'tool_choice': 'none'");
    assertThat(none.path("usage").path("prompt_tokens").asInt()).isEqualTo(without);
  }

  @Test
  void argumentsOfEarlierCallsReachTheTemplateAsObjects() {
    JsonNode tokens =
        endpoint.ask(
            "/tokenize",
            "{'messages': [{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': null,"
                + " 'tool_calls': [{'id': 'c', 'type': 'function', 'function': {'name': 'f',"
                + " 'arguments': '{\\\"x\\\": \\\"Z\\\"}'}}]}, {'role': 'tool', 'tool_call_id':"
                + " 'c', 'content': 'b'}], 'add_special_tokens': false}");
    JsonNode text = endpoint.ask("/detokenize", "{'tokens': " + tokens.path("tokens") + "}");
    assertThat(text.path("prompt").asText()).isEqualTo("useraassistantNonefZtoolbassistant");
  }

  @Test
  void wrongMessagesAndToolsAreRejectedByName() {
    assertThat(param("'max_tokens': 3")).isEqualTo("messages");
    assertThat(param("'messages': []")).isEqualTo("messages");
    assertThat(param("'messages': [{'role': 'robot', 'content': 'x'}]"))
        .isEqualTo("messages[0].role");
    assertThat(param("'messages': [{'role': 'user'}]")).isEqualTo("messages[0].content");
    assertThat(param("'messages': [{'role': 'user', 'content': 'x', 'mood': 'y'}]"))
        .isEqualTo("messages[0].mood");
    assertThat(
            param(
                "'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url':"
                    + " {'url': 'u'}}]}]"))
        .isEqualTo("messages[0].content[0].type");
    assertThat(param("'messages': [{'role': 'user', 'content': '!'}]")).isEqualTo("prompt");
    assertThat(param(USER + ", 'tool_choice': 'auto'")).isEqualTo("tool_choice");
    assertThat(param(USER + TOOLS + ", 'tool_choice': 'always'")).isEqualTo("tool_choice");
    assertThat(param(USER + TOOLS + ", 'parallel_tool_calls': false"))
        .isEqualTo("parallel_tool_calls");
    assertThat(
            param(
                USER
                    + TOOLS
                    + ", 'tool_choice': {'type': 'function', 'function': {'name': 'other'}}"))
        .isEqualTo("tool_choice.function.name");
    assertThat(param(USER + ", 'top_logprobs': 3")).isEqualTo("top_logprobs");
    assertThat(param(USER + ", 'max_tokens': 0")).isEqualTo("max_tokens");
    assertThat(param(USER + ", 'echo': true")).isEqualTo("echo");
    assertThat(param(USER + ", 'audio': {}")).isEqualTo("audio");
  }
}
