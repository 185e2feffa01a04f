package io.troupe.rollout.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations against transformers' apply_chat_template; see chat/generate.py. */
class ChatTemplateTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  static Stream<JsonNode> cases() throws IOException {
    JsonNode cases = JSON.readTree(RESOURCES.resolve("chat/expected.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false);
  }

  private void writeFolder(Map<String, String> files) throws IOException {
    Path tokenizer = RESOURCES.resolve("tokenizers/byte_fallback");
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(tokenizer.resolve(name), folder.resolve(name));
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private ChatTemplate template() {
    return ChatTemplate.find(folder, Clock.systemUTC()).orElseThrow();
  }

  private static Conversation conversation(JsonNode test) {
    var type = new TypeReference<List<Map<String, Object>>>() {};
    return new Conversation(
        JSON.convertValue(test.get("messages"), type), JSON.convertValue(test.get("tools"), type));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void textAndTokensAreThoseOfTransformers(JsonNode test) throws IOException {
    writeFolder(JSON.convertValue(test.get("files"), new TypeReference<>() {}));
    ConversationEnd end = ConversationEnd.valueOf(test.get("end").asText());
    if (test.has("error")) {
      assertThatThrownBy(() -> template().render(conversation(test), end))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
      return;
    }
    String text = template().render(conversation(test), end);
    assertThat(text).isEqualTo(test.get("text").asText());
    try (Tokenizer tokenizer = AutoTokenizer.load(folder)) {
      int[] expected =
          StreamSupport.stream(test.get("ids").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      assertThat(tokenizer.encode(text, false)).isEqualTo(expected);
    }
  }

  @Test
  void aTemplateWithTheBeginningTokenGivesItOnce() throws IOException {
    writeFolder(Map.of("chat_template.jinja", "{{ bos_token }}{{ messages[0].content }}"));
    Conversation conversation =
        new Conversation(List.of(Map.of("role", "user", "content", "the cat")), List.of());
    try (Tokenizer tokenizer = AutoTokenizer.load(folder)) {
      int bos = tokenizer.bosTokenId().orElseThrow();
      assertThat(tokenizer.encode("the cat")).as("the tokenizer adds it").startsWith(bos);
      String text = template().render(conversation, ConversationEnd.GENERATION_PROMPT);
      assertThat(tokenizer.encode(text, false)).startsWith(bos).containsOnlyOnce(bos);
    }
  }

  @Test
  void aFolderWithoutTemplateSaysWhatToDo() throws IOException {
    writeFolder(Map.of());
    Conversation conversation =
        new Conversation(List.of(Map.of("role", "user", "content", "hi")), List.of());
    assertThatThrownBy(
            () ->
                ChatTemplate.rendererOf(folder)
                    .render(conversation, ConversationEnd.GENERATION_PROMPT))
        .hasMessageContaining("chat_template.jinja");
  }

  @Test
  void anInvalidTemplateNamesFolderAndLine() throws IOException {
    writeFolder(Map.of("chat_template.jinja", "a\n{% for %}"));
    assertThatThrownBy(this::template)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("line 2");
  }

  @Test
  void aRefusedConversationGivesTheTemplatesOwnMessage() throws IOException {
    writeFolder(Map.of("chat_template.jinja", "{{ raise_exception('roles must alternate') }}"));
    Conversation conversation =
        new Conversation(List.of(Map.of("role", "user", "content", "hi")), List.of());
    assertThatThrownBy(() -> template().render(conversation, ConversationEnd.COMPLETE))
        .hasMessage(
            "the chat template of %s does not accept the conversation: roles must alternate"
                .formatted(folder));
  }
}
