package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the vocabulary of a published pipeline, and compares with transformers. */
class ClipVocabularyTest {
  private static final int LENGTH = 77;

  @TempDir Path temp;
  private Path golden;

  @BeforeEach
  void copyVocabulary() throws IOException {
    golden = Path.of("../../shared/data/goldens/sd_pipeline");
    Assumptions.assumeTrue(Files.exists(golden), () -> "skipped: there is no " + golden);
    for (String name : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
      Files.copy(golden.resolve("model/tokenizer").resolve(name), temp.resolve(name));
    }
  }

  @Test
  void textsHaveTheIdsOfTransformers() throws IOException {
    JsonNode prompts =
        new ObjectMapper().readTree(golden.resolve("meta.json").toFile()).get("prompts");
    try (Tokenizer two = AutoTokenizer.load(temp);
        Tokenizer one = AutoTokenizer.load(golden.resolve("model/tokenizer"))) {
      for (JsonNode prompt : prompts) {
        JsonNode ids = prompt.get("ids");
        int[] wanted = IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray();
        String text = prompt.get("text").asText();
        int[] given = two.encode(text, true);
        if (given.length > LENGTH) { // transformers cuts texts before the end
          given = Arrays.copyOf(given, LENGTH);
          given[LENGTH - 1] = two.eosTokenId().orElseThrow();
        }
        assertThat(given).as(text).isEqualTo(wanted);
        assertThat(one.encode(text, true)).as(text).isEqualTo(two.encode(text, true));
      }
    }
  }

  @Test
  void damagedFilesAreRejectedWithTheLine() throws IOException {
    Files.writeString(temp.resolve("merges.txt"), "#version: 0.2\nh e</w>\nt\n");
    assertThatThrownBy(() -> AutoTokenizer.load(temp))
        .isInstanceOf(TokenizerFormatException.class)
        .hasMessage(temp.resolve("merges.txt") + ": line 3 must have two tokens, got 1");
    Files.writeString(temp.resolve("vocab.json"), "{\"a\": 0}");
    assertThatThrownBy(() -> AutoTokenizer.load(temp))
        .isInstanceOf(TokenizerFormatException.class)
        .hasMessageContaining("vocab.json must contain <|startoftext|>");
  }
}
