package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.rollout.tokenizer.WordPieceTokenizer.Pieces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Splits texts as transformers' BertTokenizer does; {@code generate.py} wrote the expectations. */
class WordPieceTokenizerTest {
  private static final Path BERT = Path.of("src/test/resources/tokenizers/bert");
  private static final List<String> TEXTS =
      List.of("The running dogs ran. The dogs run!", "A dog runs; running is what dogs do.");

  @TempDir Path folder;

  private static void compare(WordPieceTokenizer tokenizer, JsonNode expected) {
    for (JsonNode one : expected) {
      String text = one.get("text").asText();
      Pieces pieces = tokenizer.split(text);
      assertThat(pieces.ids()).as(text).containsExactly(ints(one.get("ids")));
      for (int i = 0; i < pieces.ids().length; i++) {
        int[] span = ints(one.get("spans").get(i));
        assertThat(text.codePointCount(0, pieces.starts()[i])).as(text).isEqualTo(span[0]);
        assertThat(text.codePointCount(0, pieces.ends()[i])).as(text).isEqualTo(span[1]);
      }
    }
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static JsonNode expected() throws IOException {
    return new ObjectMapper().readTree(BERT.resolve("expected.json").toFile());
  }

  @Test
  void vocabularyFileGivesTheIdsOfTransformers() throws IOException {
    Files.copy(BERT.resolve("vocab.txt"), folder.resolve("vocab.txt"));
    try (WordPieceTokenizer tokenizer = WordPieceTokenizer.load(folder)) {
      compare(tokenizer, expected().get("uncased"));
    }
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
    try (WordPieceTokenizer tokenizer = WordPieceTokenizer.load(folder)) {
      compare(tokenizer, expected().get("cased"));
    }
  }

  @Test
  void vocabularyFileIsReadForModelsToo() throws IOException {
    Files.copy(BERT.resolve("vocab.txt"), folder.resolve("vocab.txt"));
    try (Tokenizer tokenizer = AutoTokenizer.load(folder)) {
      for (JsonNode one : expected().get("uncased")) {
        assertThat(tokenizer.encode(one.get("text").asText()))
            .containsExactly(ints(one.get("whole")));
      }
      assertThat(tokenizer.decode(new int[] {2, 5, 6, 20, 15, 3})).isEqualTo("the dogs.");
    }
  }

  @Test
  void savedTokenizerIsTheSame() throws IOException {
    try (WordPieceTokenizer trained = WordPieceTokenizer.train(TEXTS, 60, true)) {
      trained.files().save(folder);
      try (WordPieceTokenizer read = WordPieceTokenizer.load(folder)) {
        assertThat(read.split("Running dogs?").ids())
            .isEqualTo(trained.split("Running dogs?").ids());
        assertThat(read.files()).isEqualTo(trained.files());
      }
      Files.delete(folder.resolve("tokenizer.json"));
      try (WordPieceTokenizer read = WordPieceTokenizer.load(folder)) {
        assertThat(read.split("Running dogs?").ids())
            .isEqualTo(trained.split("Running dogs?").ids());
      }
    }
  }

  @Test
  void trainedVocabularyHasFrequentWordsAndAllCharacters() {
    try (WordPieceTokenizer tokenizer = WordPieceTokenizer.train(TEXTS, 30, true)) {
      assertThat(tokenizer.vocabSize()).isEqualTo(30);
      assertThat(text(tokenizer, "dogs")).isEqualTo("dogs");
      assertThat(text(tokenizer, "wag")).isEqualTo("w ##a ##g");
      assertThat(text(tokenizer, "x")).isEqualTo("[UNK]");
      assertThat(tokenizer.continuations().get(tokenizer.split("wag").ids()[1])).isTrue();
      assertThat(tokenizer.continuations().get(tokenizer.split("dogs").ids()[0])).isFalse();
    }
  }

  private static String text(WordPieceTokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.split(text).ids())
        .mapToObj(tokenizer::token)
        .collect(Collectors.joining(" "));
  }

  @Test
  void foldersWithoutAWordPieceTokenizerAreRejected() throws IOException {
    assertRejected(folder + " must contain tokenizer.json or vocab.txt, got neither");
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\ndog\n");
    assertRejected("vocab.txt must contain [CLS], got none");
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[PAD]\n");
    assertRejected("vocab.txt must contain each token once, got \"[PAD]\" twice");
    new ByteTokenizer().save(folder);
    assertRejected("tokenizer.json must be a WordPiece tokenizer, as BERT has, got the type BPE");
    folder = folder.resolve("none");
    assertRejected("model folder " + folder + " must exist");
  }

  private void assertRejected(String message) {
    assertThatThrownBy(() -> WordPieceTokenizer.load(folder).close())
        .isInstanceOf(TokenizerFormatException.class)
        .hasMessageContaining(message);
  }
}
