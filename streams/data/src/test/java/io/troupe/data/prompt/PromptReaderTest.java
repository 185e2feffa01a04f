package io.troupe.data.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.Value;
import io.troupe.protocols.config.DataConfig;
import io.troupe.protocols.config.OverlongPrompts;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.ConversationRenderer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptReaderTest {
  @TempDir Path folder;

  private static DataConfig config(String column, String template, int maxTokens) {
    return new DataConfig("", "", column, template, maxTokens, 0, OverlongPrompts.SKIP, 0, 0, true);
  }

  private static PromptReader reader(String column, String template, int maxTokens) {
    return new PromptReader(
        config(column, template, maxTokens), new CharacterIds(), 100, ConversationRenderer.NONE);
  }

  private List<Prompt> read(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, content);
    return reader("", "", 0).prompts(file, 0).prompts();
  }

  @Test
  void readsJsonLines() throws Exception {
    List<Prompt> prompts =
        read(
            "a.jsonl",
            """
            {"question": "1+1?", "answer": "2", "level": 3, "words": ["a", "b"], "note": null}

            {"question": "2+2?", "answer": "4"}\
            """);
    assertThat(prompts).extracting(Prompt::text).containsExactly("1+1?", "2+2?");
    assertThat(prompts.get(0).fields())
        .isEqualTo(Map.of("answer", "2", "level", "3", "words", "[\"a\",\"b\"]"));
    assertThat(prompts.get(1).id()).isEqualTo(1);
    assertThat(prompts.get(1).tokenIds()).containsExactly('2', '+', '2', '?');
  }

  @Test
  void readsArraysOfObjectsAndStrings() throws Exception {
    assertThat(read("a.json", "[{\"prompt\": \"a\"}, {\"prompt\": \"b\"}]"))
        .extracting(Prompt::text)
        .containsExactly("a", "b");
    assertThat(read("b.json", "[\"one\", \"two\"]"))
        .extracting(Prompt::text)
        .containsExactly("one", "two");
  }

  @Test
  void readsParquet() throws Exception {
    Path file = folder.resolve("a.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "copy (select 'q' || i as question, i as answer from range(3) t(i) order by i) to '"
              + file
              + "' (format parquet)");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    List<Prompt> prompts = reader("", "", 0).prompts(file, 2).prompts();
    assertThat(prompts).extracting(Prompt::text).containsExactly("q0", "q1");
    assertThat(prompts.get(1).fields()).isEqualTo(Map.of("answer", "1"));
  }

  @Test
  void errorNamesTheLineThatIsNotJson() {
    assertThatThrownBy(() -> read("bad.jsonl", "{\"prompt\": \"a\"}\n{\"prompt\": \n"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("bad.jsonl line 2 is not JSON");
    assertThatThrownBy(() -> read("two.jsonl", "{\"prompt\": \"a\"} {\"prompt\": \"b\"}"))
        .hasMessageContaining("two.jsonl line 1 must contain one JSON value, got more");
    assertThatThrownBy(() -> read("number.jsonl", "17"))
        .hasMessageContaining("number.jsonl line 1 must be a JSON object or a text, got neither");
    assertThatThrownBy(() -> read("bad.json", "[\"a\",\n oops]"))
        .hasMessageContaining("bad.json line 2 is not JSON");
    assertThatThrownBy(() -> read("object.json", "{}"))
        .hasMessageContaining("must be a JSON array, got START_OBJECT");
    assertThatThrownBy(() -> read("bad.parquet", "no parquet"))
        .hasMessageContaining("bad.parquet cannot be read as Parquet");
    assertThatThrownBy(() -> read("a.xml", "<a/>")).hasMessageContaining("a.xml must be a ");
  }

  @Test
  void errorNamesEmptyAndMissingFiles() {
    for (String empty : List.of("empty.jsonl", "empty.json")) {
      assertThatThrownBy(() -> read(empty, ""))
          .isInstanceOf(DataFormatException.class)
          .hasMessageContaining("must contain rows, got none");
    }
    assertThatThrownBy(() -> read("none.json", "[]"))
        .hasMessageContaining("must contain rows, got none");
    assertThatThrownBy(() -> reader("", "", 0).prompts(folder.resolve("no.jsonl"), 0))
        .hasMessageContaining("no.jsonl must exist");
  }

  @Test
  void bytesThatAreNotUtf8AreRejected() throws Exception {
    Path file = folder.resolve("latin.jsonl");
    Files.write(file, new byte[] {'"', (byte) 0xe9, '"', '\n'});
    assertThatThrownBy(() -> reader("", "", 0).prompts(file, 0))
        .hasMessageContaining("must be UTF-8 text, got other bytes after row 0");
  }

  @Test
  void templatesAreFilledAndPromptsAreTruncated() {
    Row row =
        new Row(
            4,
            "a.jsonl line 5",
            Map.of("question", Value.text("1+1?"), "answer", Value.text("$2")));
    assertThat(reader("", "Q: {question} A: {answer}", 0).prompt(row).text())
        .isEqualTo("Q: 1+1? A: $2");
    Prompt cut = reader("", "Q: {question}", 5).prompt(row);
    assertThat(cut.text()).isEqualTo("Q: 1+");
    assertThat(cut.tokenIds()).hasSize(5);
    assertThatThrownBy(() -> reader("", "{hint}", 0).prompt(row))
        .hasMessageContaining("a.jsonl line 5 must have the column hint");
    assertThatThrownBy(() -> reader("story", "", 0).prompt(row))
        .hasMessageContaining("a.jsonl line 5 must have the column story");
  }

  @Test
  void promptsThatDoNotFitTheModelAreRejected() {
    Row row = new Row(0, "a.jsonl line 1", Map.of("text", Value.text("x".repeat(100))));
    assertThatThrownBy(() -> reader("", "", 0).prompt(row))
        .hasMessageContaining("a.jsonl line 1: a prompt must have at most 99 tokens, got 100");
    assertThat(reader("", "", 99).prompt(row).tokenIds()).hasSize(99);
    assertThatThrownBy(
            () -> reader("", "", 0).prompt(new Row(0, "r", Map.of("text", Value.text("")))))
        .hasMessageContaining("r must have a prompt, got an empty one");
  }

  private PromptSet readLong(int maxLength, OverlongPrompts treatment) throws IOException {
    Path file = folder.resolve("long.jsonl");
    Files.writeString(
        file, "{\"prompt\": \"abcdefgh\"}\n{\"prompt\": \"ij\"}\n{\"prompt\": \"klmno\"}\n");
    DataConfig config = new DataConfig("", "", "", "", 0, maxLength, treatment, 0, 0, true);
    return new PromptReader(config, new CharacterIds(), 100, ConversationRenderer.NONE)
        .prompts(file, 0);
  }

  @Test
  void overlongPromptsAreSkippedAndCounted() throws Exception {
    PromptSet set = readLong(5, OverlongPrompts.SKIP);
    assertThat(set.prompts()).extracting(Prompt::text).containsExactly("ij", "klmno");
    assertThat(set.prompts()).extracting(Prompt::id).containsExactly(1L, 2L);
    assertThat(set.prompts().get(0).source()).endsWith("long.jsonl line 2");
    assertThat(set.numSkipped()).isEqualTo(1);
    assertThatThrownBy(() -> readLong(1, OverlongPrompts.SKIP))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining(
            "a prompt of at most 1 tokens (the model's context is 100), got 3 that are longer");
  }

  @Test
  void overlongPromptsKeepTheirEndWhenTruncated() throws Exception {
    PromptSet set = readLong(3, OverlongPrompts.TRUNCATE_LEFT);
    assertThat(set.prompts()).extracting(Prompt::text).containsExactly("fgh", "ij", "mno");
    assertThat(set.numSkipped()).isZero();
    assertThat(set.numTruncated()).isEqualTo(2);
  }

  @Test
  void gsm8kIsReadWithItsAnswers() {
    Path file = Path.of("../../../shared/data/gsm8k/test.jsonl");
    assumeTrue(Files.exists(file), "needs ../shared/data/gsm8k");
    List<Prompt> prompts =
        new PromptReader(config("", "", 0), new CharacterIds(), 10_000, ConversationRenderer.NONE)
            .prompts(file, 0)
            .prompts();
    assertThat(prompts).hasSize(1319);
    assertThat(prompts.get(0).fields().get("answer")).contains("#### 18");
  }
}
