package io.troupe.data.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.config.DataConfig;
import io.troupe.protocols.config.OverlongPrompts;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.ChatTemplate;
import io.troupe.rollout.chat.ConversationRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationPromptTest {
  /** Renders role and content of each message, the number of tools and the ending of the text. */
  private static final ConversationRenderer RENDERER =
      (conversation, end) ->
          conversation.messages().stream()
                  .map(message -> message.get("role") + ":" + message.get("content"))
                  .collect(Collectors.joining("|"))
              + "|"
              + conversation.tools().size()
              + "|"
              + end;

  @TempDir Path folder;

  private static List<Prompt> prompts(Path file, String column, ConversationRenderer renderer) {
    DataConfig config = new DataConfig("", "", column, "", 0, 0, OverlongPrompts.SKIP, 0, 0, true);
    return new PromptReader(config, new CharacterIds(), 1000, renderer).prompts(file, 0).prompts();
  }

  private static Path fixture(String name) throws Exception {
    return Path.of(RowReader.class.getResource(name).toURI());
  }

  private Prompt only(String json) throws IOException {
    return prompts(Files.writeString(folder.resolve("a.jsonl"), json), "", RENDERER).get(0);
  }

  @Test
  void datasetsOfTrlAreRenderedWithTheGenerationPrompt() throws Exception {
    for (String name : List.of("trl.parquet", "trl.jsonl")) {
      List<Prompt> prompts = prompts(fixture(name), "", RENDERER);
      assertThat(prompts)
          .extracting(Prompt::text)
          .containsExactly(
              "system:Answer with a number.|user:What is 1+1?|0|GENERATION_PROMPT",
              "user:What is 2+2?|0|GENERATION_PROMPT");
      assertThat(prompts.get(0).fields()).containsOnlyKeys("solution");
      assertThat(prompts.get(1).source()).matches(".*trl\\.(parquet row|jsonl line) 2");
    }
  }

  @Test
  void datasetsOfVerlHaveTheirNestedFields() throws Exception {
    Prompt prompt = prompts(fixture("verl.parquet"), "", RENDERER).get(1);
    assertThat(prompt.text())
        .isEqualTo("user:What is 1+1? Output the answer after \"####\".|0|GENERATION_PROMPT");
    assertThat(prompt.fields())
        .containsEntry("reward_model.ground_truth", "2")
        .containsEntry("extra_info.index", "1")
        .containsEntry("extra_info.score", "1.5")
        .containsEntry("data_source", "openai/gsm8k")
        .doesNotContainKey("prompt");
  }

  @Test
  void datasetsOfTrlAndVerlAreRenderedWithTheChatTemplateOfAModel() throws Exception {
    Files.writeString(
        folder.resolve("chat_template.jinja"),
        """
        {% for message in messages %}
        {{ '<|' + message['role'] + '|>' + message['content'] | trim }}
        {% endfor %}
        {% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}
        """);
    ConversationRenderer template = ChatTemplate.rendererOf(folder);
    assertThat(prompts(fixture("trl.parquet"), "", template))
        .extracting(Prompt::text)
        .containsExactly(
            "<|system|>Answer with a number.\n<|user|>What is 1+1?\n<|assistant|>",
            "<|user|>What is 2+2?\n<|assistant|>");
    assertThat(prompts(fixture("verl.parquet"), "", template).get(1).text())
        .isEqualTo("<|user|>What is 1+1? Output the answer after \"####\".\n<|assistant|>");
  }

  @Test
  void finalAssistantMessageIsContinued() throws Exception {
    assertThat(
            only("""
            {"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\
            """)
                .text())
        .isEqualTo("user:a|assistant:b|0|CONTINUE_FINAL_MESSAGE");
  }

  @Test
  void finalAnswerOfAConversationIsNotPartOfThePrompt() throws Exception {
    assertThat(
            only("""
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\
            """)
                .text())
        .isEqualTo("user:a|0|GENERATION_PROMPT");
  }

  @Test
  void toolsAreListsOrTheirJson() throws Exception {
    String row = "{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}], \"tools\": %s}";
    String tool = "[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]";
    assertThat(only(row.formatted(tool)).text()).isEqualTo("user:a|1|GENERATION_PROMPT");
    assertThat(only(row.formatted("\"" + tool.replace("\"", "\\\"") + "\"")).text())
        .isEqualTo("user:a|1|GENERATION_PROMPT");
    assertThatThrownBy(() -> only(row.formatted("\"search\"")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("a.jsonl line 1: column tools must be a list of JSON schemas");
  }

  @Test
  void promptsThatAreNeitherTextNorMessagesAreErrors() {
    assertThatThrownBy(() -> only("{\"prompt\": [1, 2]}"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining(
            "line 1: column prompt must be text or a list of messages with role and content, got"
                + " [1,2]");
    assertThatThrownBy(() -> only("{\"prompt\": {\"role\": \"user\"}}"))
        .hasMessageContaining("must be text or a list of messages");
    assertThatThrownBy(() -> only("{\"prompt\": [{\"role\": \"system\", \"content\": \"a\"}]}"))
        .hasMessageContaining(
            "line 1: the last message of a prompt must have the role user, tool or assistant, got"
                + " system");
    assertThatThrownBy(
            () ->
                only("{\"prompt\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\"}]}]}"))
        .hasMessageContaining("line 1: the content of message 1 must be text");
  }

  @Test
  void messagesWithoutAChatTemplateAreAnError() {
    assertThatThrownBy(() -> prompts(fixture("trl.parquet"), "", ConversationRenderer.NONE))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("trl.parquet row 1: the model folder must have chat_template.jinja");
  }

  @Test
  void nestedColumnCanBeThePrompt() throws Exception {
    assertThat(prompts(fixture("verl.parquet"), "extra_info.answer", RENDERER).get(2).text())
        .isEqualTo("2+2=#### 4");
  }
}
