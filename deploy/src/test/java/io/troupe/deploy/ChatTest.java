package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.troupe.deploy.chat.AnswerInterrupt;
import io.troupe.deploy.chat.ChatSession;
import io.troupe.deploy.chat.InteractiveChat;
import io.troupe.deploy.generate.GenerationSettings;
import io.troupe.deploy.generate.TextGeneration;
import io.troupe.rollout.chat.ChatTemplate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate --chat} with one message and with a conversation. */
class ChatTest {
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}";

  @TempDir private static Path temporary;
  private static Path model;

  @BeforeAll
  static void writeModel() throws IOException {
    model = TinyModel.write(temporary.resolve("model"));
    Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
  }

  private static JsonNode generate(String... more) throws IOException {
    List<Object> arguments =
        new ArrayList<>(List.of("generate", "--model", model, "--json", "--max-new-tokens", "2"));
    arguments.addAll(List.of(more));
    return new ObjectMapper().readTree(troupe(arguments.toArray()).out());
  }

  @Test
  void messageIsRenderedWithTheChatTemplateAndOneBosToken() throws IOException {
    assertThat(generate("--chat", "--prompt", "1+2=")).isEqualTo(generate("--prompt", "1+2="));
    JsonNode withSystem = generate("--chat", "--system", "1+", "--prompt", "2=");
    assertThat(withSystem).isEqualTo(generate("--prompt", "1+2="));
  }

  @Test
  void rowsWithMessagesAreRenderedWithTheChatTemplate() throws IOException {
    Path rows =
        Files.writeString(
            temporary.resolve("rows.jsonl"),
            "{\"messages\": [{\"role\": \"user\", \"content\": \"1+2=\"}]}");
    assertThat(generate("--prompts", rows.toString())).isEqualTo(generate("--prompt", "1+2="));
  }

  @Test
  void modelWithoutChatTemplateIsAnError() throws IOException {
    Path plain = TinyModel.write(temporary.resolve("plain"));
    troupe("generate", "--model", plain, "--chat", "--prompt", "1")
        .isFailure(1, "chat_template.jinja");
  }

  @Test
  void conflictingOptionsAreAnError() {
    troupe("generate", "--model", model, "--chat", "--prompt-ids", "1").isMistake(2, "--chat");
    troupe("generate", "--model", model, "--prompt", "1", "--system", "2")
        .isMistake(2, "--system must be used with --chat");
    troupe("generate", "--model", model, "--chat").isMistake(2, "terminal");
  }

  /** The printed output and the messages of a conversation. */
  private record Conversation(String out, List<Map<String, Object>> messages) {}

  private static Conversation converse(String input, AnswerInterrupt interrupts)
      throws IOException {
    StringWriter out = new StringWriter();
    try (TextGeneration generation = TextGeneration.open(model, 1)) {
      ChatSession session =
          new ChatSession(
              generation,
              ChatTemplate.rendererOf(model),
              GenerationSettings.ofAnswer(
                  Optional.empty(), ConfigFactory.parseString("max-new-tokens = 2"), "greedy"),
              Optional.of("1"));
      new InteractiveChat(
              session,
              new BufferedReader(new StringReader(input)),
              new PrintWriter(out),
              interrupts)
          .run();
      return new Conversation(out.toString(), session.messages());
    }
  }

  @Test
  void conversationKeepsItsHistory() throws IOException {
    Conversation conversation = converse("2+\n\n3=\n", AnswerInterrupt.NONE);
    assertThat(conversation.messages().stream().map(message -> message.get("role")))
        .containsExactly("system", "user", "assistant", "user", "assistant");
    String first = (String) conversation.messages().get(2).get("content");
    String second = (String) conversation.messages().get(4).get("content");
    assertThat(conversation.out()).contains("> " + first + "\n> > " + second + "\n> \n");
    JsonNode single = generate("--prompt", "12+" + first + "3=");
    assertThat(second).isEqualTo(single.get("text").asText());
  }

  @Test
  void exitEndsAndClearStartsANewConversation() throws IOException {
    Conversation conversation = converse("2+\n/clear\n3=\n/exit\n4\n", AnswerInterrupt.NONE);
    assertThat(conversation.messages()).hasSize(3);
    assertThat(conversation.messages().get(1).get("content")).isEqualTo("3=");
  }

  @Test
  void interruptEndsOnlyTheCurrentAnswer() throws IOException {
    AtomicInteger answers = new AtomicInteger();
    Conversation conversation =
        converse(
            "2+\n3=\n",
            thread -> {
              if (answers.getAndIncrement() == 0) {
                thread.interrupt();
              }
              return Thread::interrupted;
            });
    assertThat(conversation.out()).containsOnlyOnce("[interrupted]");
    assertThat(conversation.messages()).hasSize(5);
    assertThat(conversation.messages().get(3).get("content")).isEqualTo("3=");
  }

  @Test
  void tooLongMessageIsRejectedAndTheConversationContinues() throws IOException {
    Conversation conversation =
        converse("1".repeat(TinyModel.CONTEXT) + "\n3=\n", AnswerInterrupt.NONE);
    assertThat(conversation.out()).containsOnlyOnce("troupe: ").contains("/clear");
    assertThat(conversation.messages()).hasSize(3);
    assertThat(conversation.messages().get(1).get("content")).isEqualTo("3=");
  }
}
