package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares tokenizers with transformers on the same folders; see tokenizers/generate.py. */
class TokenizerParityTest {
  private static final Path FOLDERS = Path.of("src/test/resources/tokenizers");
  private static final String CHARACTER = "character";
  private static final String BYTE = "byte";

  private static JsonNode expected(String name) throws IOException {
    return new ObjectMapper().readTree(FOLDERS.resolve(name).resolve("expected.json").toFile());
  }

  private static int[] ids(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static OptionalInt id(JsonNode node) {
    return node.isNull() ? OptionalInt.empty() : OptionalInt.of(node.asInt());
  }

  @ParameterizedTest
  @ValueSource(strings = {CHARACTER, BYTE, "byte_level", "byte_fallback", "unigram", "word_piece"})
  void encodesAndDecodesAsTransformers(String name) throws IOException {
    JsonNode expected = expected(name);
    try (Tokenizer tokenizer = AutoTokenizer.load(FOLDERS.resolve(name))) {
      assertThat(tokenizer.vocabSize()).isEqualTo(expected.get("vocabSize").asInt());
      assertThat(tokenizer.bosTokenId()).isEqualTo(id(expected.get("bos")));
      assertThat(tokenizer.eosTokenId()).isEqualTo(id(expected.get("eos")));
      assertThat(tokenizer.padTokenId()).isEqualTo(id(expected.get("pad")));
      for (JsonNode e : expected.get("encoded")) {
        String text = e.get("text").asText();
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(e.get("ids")));
        assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(ids(e.get("plain")));
      }
      for (JsonNode d : expected.get("decoded")) {
        int[] ids = ids(d.get("ids"));
        assertThat(tokenizer.decode(ids)).isEqualTo(d.get("text").asText());
        assertThat(tokenizer.decode(ids, false)).isEqualTo(d.get("withSpecial").asText());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CHARACTER, BYTE, "byte_level", "byte_fallback", "unigram", "word_piece"})
  void piecesOfTextAreTheTextOnAnySplit(String name) throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    JsonNode expected = expected(name);
    try (Tokenizer tokenizer = AutoTokenizer.load(FOLDERS.resolve(name))) {
      for (JsonNode d : expected.get("decoded")) {
        String text = d.get("text").asText();
        for (int round = 0; round < 5; round++) {
          assertThat(Detokenizing.inPieces(tokenizer, ids(d.get("ids")), random)).isEqualTo(text);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CHARACTER, BYTE, "byte_level", "unigram"})
  void savesTheFilesThatItHasRead(String name, @TempDir Path folder) throws IOException {
    try (Tokenizer tokenizer = AutoTokenizer.load(FOLDERS.resolve(name))) {
      tokenizer.save(folder);
    }
    for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      assertThat(folder.resolve(file)).hasSameTextualContentAs(FOLDERS.resolve(name).resolve(file));
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }
}
