package io.troupe.data.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.data.DataFormatException;
import io.troupe.protocols.config.DataConfig;
import io.troupe.protocols.config.OverlongPrompts;
import io.troupe.rollout.chat.ConversationRenderer;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemonstrationReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static DemonstrationReader reader(
      Tokenizer tokenizer, ConversationRenderer renderer, int... eosTokenIds) {
    DataConfig config = new DataConfig("", "", "", "", 0, 0, OverlongPrompts.SKIP, 0, 0, true);
    return new DemonstrationReader(
        new PromptReader(config, tokenizer, 100, renderer),
        Arrays.stream(eosTokenIds).boxed().collect(Collectors.toSet()));
  }

  private DemonstrationSet read(DemonstrationReader reader, String... lines) throws IOException {
    Path file = folder.resolve("demonstrations.jsonl");
    Files.writeString(file, String.join("\n", lines));
    return reader.read(file);
  }

  private static JsonNode fixture(String name) throws IOException {
    try (InputStream in =
        DemonstrationReaderTest.class.getResourceAsStream("demonstrations.json")) {
      return JSON.readTree(in).get(name);
    }
  }

  private static int[] ints(JsonNode values) {
    return JSON.convertValue(values, int[].class);
  }

  @ParameterizedTest
  @CsvSource({"stories260K, 2", "gpt2-tokenizer, 50256"})
  void tokensMatchTrl(String name, int eosTokenId) throws IOException {
    Path model = Path.of("../../../shared/data").resolve(name);
    assumeTrue(Files.exists(model), "needs ../shared/data/" + name);
    JsonNode rows = fixture(name);
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(row.toString()));
    try (Tokenizer tokenizer = AutoTokenizer.load(model)) {
      DemonstrationSet read =
          read(
              reader(tokenizer, ConversationRenderer.NONE, eosTokenId),
              lines.toArray(String[]::new));
      for (int i = 0; i < rows.size(); i++) {
        int[] ids = ints(rows.get(i).get("input_ids"));
        int[] labels = ints(rows.get(i).get("labels"));
        int promptLength = (int) Arrays.stream(labels).filter(label -> label == -100).count();
        Demonstration demonstration = read.demonstrations().get(i);
        assertThat(demonstration.promptIds())
            .as(lines.get(i))
            .isEqualTo(Arrays.copyOf(ids, promptLength));
        assertThat(demonstration.completionIds())
            .as(lines.get(i))
            .isEqualTo(Arrays.copyOfRange(ids, promptLength, ids.length));
      }
      assertThat(read.crossingRows()).as("rows with a TRL warning").isNotEmpty();
      assertThat(read.warning().orElseThrow()).contains("first in", "demonstrations.jsonl line 3");
    }
  }

  @Test
  void demonstrationsEndWithEndOfText() throws Exception {
    DemonstrationSet read =
        read(
            reader(new CharacterIds(), ConversationRenderer.NONE, 0),
            "{\"prompt\": \"a\", \"completion\": \"bc\"}");
    Demonstration demonstration = read.demonstrations().getFirst();
    assertThat(demonstration.promptIds()).containsExactly('a');
    assertThat(demonstration.completionIds()).containsExactly('b', 'c', 0);
    assertThat(read.warning()).isEmpty();
  }

  @Test
  void endOfTextTokenIsAStopToken() throws Exception {
    String row = "{\"prompt\": \"a\", \"completion\": \"bc\"}";
    var otherEos = reader(new CharacterIds(), ConversationRenderer.NONE, 'z', 'x');
    assertThat(read(otherEos, row).demonstrations().getFirst().completionIds())
        .containsExactly('b', 'c', 'x');
    var present = reader(new CharacterIds(), ConversationRenderer.NONE, 'b', 'c');
    assertThat(read(present, row).demonstrations().getFirst().completionIds())
        .as("the end token is not added twice")
        .containsExactly('b', 'c');
    var inside = reader(new CharacterIds(), ConversationRenderer.NONE, 'b');
    assertThat(read(inside, row).demonstrations().getFirst().completionIds())
        .containsExactly('b', 'c', 'b');
    var none = reader(new CharacterIds(), ConversationRenderer.NONE);
    assertThat(read(none, row).demonstrations().getFirst().completionIds())
        .containsExactly('b', 'c');
  }

  @Test
  void conversationEndsAtItsLastStopToken() throws Exception {
    ConversationRenderer renderer =
        (conversation, end) -> {
          StringBuilder text = new StringBuilder();
          conversation.messages().forEach(m -> text.append(m.get("content")).append("#\n"));
          return text.toString();
        };
    DemonstrationSet read =
        read(
            reader(new CharacterIds(), renderer, '#'),
            "{\"messages\": [{\"role\": \"user\", \"content\": \"1+1\"},"
                + " {\"role\": \"assistant\", \"content\": \"2\"}]}");
    Demonstration demonstration = read.demonstrations().getFirst();
    assertThat(demonstration.promptIds()).containsExactly('1', '+', '1', '#', '\n');
    assertThat(demonstration.completionIds()).containsExactly('2', '#');
  }

  @Test
  void demonstrationsThatDoNotFitTheModelAreRejected() {
    var reader = reader(new CharacterIds(), ConversationRenderer.NONE, 0);
    assertThatThrownBy(
            () ->
                read(
                    reader,
                    "{\"prompt\": \"a\", \"completion\": \"%s\"}".formatted("b".repeat(99))))
        .isInstanceOf(DataFormatException.class)
        .hasMessageEndingWith(
            "line 1: prompt and completion must have at most 100 tokens (the model's context), got"
                + " 1 and 100");
  }
}
