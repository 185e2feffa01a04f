package io.troupe.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.rows.Row;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.rollout.tokenizer.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextExamplesTest {
  private static final String TEXT =
      "the dog sees a cat . the cat sees the dogs in town ? where is the dog ";
  private static final WordPieceTokenizer TOKENIZER =
      WordPieceTokenizer.train(List.of(TEXT, TEXT), 90, true);

  @TempDir Path folder;

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private static TextEncoder encoder(int maxLength) {
    return new TextEncoder(TOKENIZER, maxLength);
  }

  private static DatasetConfig config(String text) {
    return DatasetConfig.from(ConfigFactory.parseString(text));
  }

  private PerSplit<List<Row>> rows(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return TextRows.open(file, config("test-fraction = 0.34"));
  }

  private static int[] ints(Map<String, ArrayData> arrays, String name) {
    return ((ArrayData.Ints) arrays.get(name)).values();
  }

  private static String text(Map<String, ArrayData> arrays, int row) {
    int time = arrays.get("input_ids").sizes()[1];
    return Arrays.stream(ints(arrays, "input_ids"))
        .skip((long) row * time)
        .limit(time)
        .mapToObj(TOKENIZER::token)
        .collect(Collectors.joining(" "));
  }

  private static Map<String, ArrayData> all(Dataset dataset) {
    return dataset.batch(IntStream.range(0, dataset.size()).toArray());
  }

  @Test
  void documentsOfATextFileArePackedIntoPieces() throws IOException {
    PerSplit<List<Row>> rows =
        PerSplit.of(rows("a.txt", "The dog\nsees a cat.\n\n\nThe cat\n\nThe dogs\n").train());
    assertThat(rows.train()).hasSize(2);
    Dataset pieces =
        PackedTexts.of(
                new PerSplit<>(rows.train(), rows.validation(), Optional.of(rows.train())),
                encoder(6))
            .train();
    Map<String, ArrayData> batch = all(pieces);
    String joined =
        IntStream.range(0, pieces.size())
            .mapToObj(row -> text(batch, row).replace("[CLS] ", "").replaceFirst(" \\[SEP].*", ""))
            .collect(Collectors.joining(" "));
    assertThat(joined).contains("the");
    assertThat(batch.get("input_ids").sizes()).isEqualTo(new int[] {pieces.size(), 6});
    for (int row = 0; row < pieces.size(); row++) {
      assertThat(text(batch, row)).startsWith("[CLS] ").contains(" [SEP]");
    }
  }

  @Test
  void labeledTextsAndPairsArePaddedToTheLongestOfTheBatch() throws IOException {
    String lines =
        """
        {"text": "the dog", "label": "short"}
        {"text": "the cat sees", "text_pair": "the dog", "label": "long"}
        """;
    List<Row> read = rows("a.jsonl", lines + lines + lines).train();
    DataSplits splits =
        LabeledTexts.of(
            new PerSplit<>(read, Optional.empty(), Optional.of(read)), encoder(8), config(""));
    assertThat(splits.train().spec().classNames()).containsExactly("long", "short");
    Map<String, ArrayData> batch = all(splits.train());
    int pair = ints(batch, "label")[0] == 0 ? 0 : indexOf(ints(batch, "label"), 0);
    int single = indexOf(ints(batch, "label"), 1);
    int time = batch.get("input_ids").sizes()[1];
    assertThat(text(batch, pair)).isEqualTo("[CLS] the cat sees [SEP] the dog [SEP]");
    assertThat(text(batch, single)).isEqualTo("[CLS] the dog [SEP] [PAD] [PAD] [PAD] [PAD]");
    assertThat(Arrays.copyOfRange(ints(batch, "token_type_ids"), pair * time, (pair + 1) * time))
        .containsExactly(0, 0, 0, 0, 0, 1, 1, 1);
    assertThat(
            Arrays.copyOfRange(ints(batch, "attention_mask"), single * time, (single + 1) * time))
        .containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
  }

  private static int indexOf(int[] values, int value) {
    return IntStream.range(0, values.length).filter(i -> values[i] == value).findFirst().orElse(-1);
  }

  @Test
  void firstPieceOfAWordHasItsTag() throws IOException {
    String line = "{\"tokens\": [\"dog\", \"dogt\", \"sees\"], \"tags\": [\"B\", \"O\", \"O\"]}\n";
    List<Row> read = rows("a.jsonl", line.repeat(3)).train();
    DataSplits splits =
        TaggedWords.of(
            new PerSplit<>(read, Optional.empty(), Optional.of(read)), encoder(20), config(""));
    Map<String, ArrayData> batch = splits.train().batch(0);
    int[] labels = ints(batch, "labels");
    String[] tokens = text(batch, 0).split(" ");
    assertThat(tokens).startsWith("[CLS]", "dog", "dog");
    for (int i = 0; i < tokens.length; i++) {
      boolean isIgnored = tokens[i].startsWith("##") || tokens[i].startsWith("[");
      assertThat(labels[i]).as(tokens[i]).isEqualTo(isIgnored ? -100 : i == 1 ? 0 : 1);
    }
  }

  @Test
  void answersBecomeSpansOfTokens() throws IOException {
    String answered =
        """
        {"question": "Where is the dog?", "context": "\\ud83d\\udc36 The dog is in the town.",
         "answers": {"text": ["the town"], "answer_start": [16]}}
        """
            .replace("\n", " ");
    String open = "{\"question\": \"Where is the cat?\", \"context\": \"In town\"}";
    List<Row> read = rows("a.jsonl", (answered + "\n" + open + "\n").repeat(3)).train();
    PerSplit<List<Row>> parts = new PerSplit<>(read, Optional.empty(), Optional.of(read));
    Dataset whole = AnsweredQuestions.of(parts, encoder(40)).train();
    Dataset cut = AnsweredQuestions.of(parts, encoder(14)).train();
    for (int i = 0; i < whole.size(); i++) {
      Map<String, ArrayData> batch = whole.batch(i);
      String[] tokens = text(batch, 0).split(" ");
      int start = ints(batch, "start_positions")[0];
      int end = ints(batch, "end_positions")[0];
      boolean isAnswered = text(batch, 0).contains(" in the ");
      assertThat(String.join(" ", Arrays.copyOfRange(tokens, start, end + 1)).replace(" ##", ""))
          .isEqualTo(isAnswered ? "the town" : "[CLS]");
      assertThat(ints(cut.batch(i), "start_positions")).containsExactly(0);
    }
  }

  @Test
  void halfOfTheSentencesHaveSwappedWords() throws IOException {
    String story = "The big dog sees a cat. \"Where is the small dog?\" Short one. ";
    List<Row> read = rows("a.txt", (story.repeat(4) + "\n\n").repeat(30)).train();
    PerSplit<List<Row>> made =
        SwappedWords.of(new PerSplit<>(read, Optional.empty(), Optional.of(read)), 7);
    List<Row> sentences = made.train();
    assertThat(sentences).hasSize(read.size() * 8);
    long swapped = sentences.stream().filter(r -> r.requireText("label").equals("swapped")).count();
    assertThat(swapped).isBetween(sentences.size() * 2 / 5L, sentences.size() * 3 / 5L);
    for (Row row : sentences) {
      boolean isOriginal = story.contains(row.requireText("text"));
      assertThat(row.requireText("label")).isEqualTo(isOriginal ? "original" : "swapped");
    }
    assertThat(SwappedWords.of(PerSplit.of(read), 7).train()).isEqualTo(sentences);
  }

  @Test
  void badRowsAreRejectedInOneLine() throws IOException {
    assertRejected("{\"label\": 1}", "column text, got label");
    assertRejected("{\"text\": \"dog\"}", "column label, got text");
    assertThatThrownBy(() -> TextRows.open(folder.resolve("none.txt"), config("")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("none.txt must exist");
    Files.writeString(folder.resolve("b.txt"), "\n\n");
    assertThatThrownBy(() -> TextRows.open(folder.resolve("b.txt"), config("")))
        .hasMessageContaining("b.txt must contain text, got none");
    assertThatThrownBy(() -> encoder(3)).hasMessageStartingWith("seq-length must be > 3");
  }

  private void assertRejected(String line, String message) throws IOException {
    List<Row> read = rows("a.jsonl", (line + "\n").repeat(3)).train();
    assertThatThrownBy(
            () -> LabeledTexts.of(PerSplit.of(read.subList(0, 1)), encoder(9), config("")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageMatching(".*a.jsonl line \\d must have the " + message);
  }
}
