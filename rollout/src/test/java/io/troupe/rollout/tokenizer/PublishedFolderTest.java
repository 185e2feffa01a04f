package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.lm.LMConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peculiarities of published tokenizer folders. */
class PublishedFolderTest {
  private static final Path FOLDERS = Path.of("src/test/resources/tokenizers");

  @TempDir Path folder;

  private Tokenizer tokenizer(String vocabulary, String settings) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        Files.readString(FOLDERS.resolve(vocabulary).resolve("tokenizer.json")));
    Files.writeString(folder.resolve("tokenizer_config.json"), settings);
    return AutoTokenizer.load(folder);
  }

  /** The post-processor of byte_fallback adds bos (1) before a text; byte_level adds nothing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          byte_fallback ; "bos_token": "<s>", "eos_token": "</s>" ; 1 ;
          byte_fallback ; "bos_token": "<s>", "add_bos_token": null ; 1 ;
          byte_fallback ; "bos_token": "<s>", "add_bos_token": true ; 1 ;
          byte_fallback ; "bos_token": "<s>", "add_bos_token": false ; ;
          byte_fallback ; "bos_token": "<s>", "eos_token": "</s>", "add_eos_token": true ; 1 ; 2
          byte_fallback ; "bos_token": {"content": "<s>"}, "eos_token": "</s>", "add_bos_token": false, "add_eos_token": true ; ; 2
          byte_level ; "bos_token": "<|endoftext|>", "add_bos_token": true ; 0 ;
          byte_level ; "bos_token": "<|endoftext|>", "add_bos_token": false ; ;
          byte_level ; "add_bos_token": true ; ;
          character ; "bos_token": "<bos>" ; 1 ;
          character ; "bos_token": "<bos>", "add_bos_token": false ; ;
          """)
  void addBosTokenAndAddEosTokenAreHonored(
      String vocabulary, String settings, Integer before, Integer after) throws IOException {
    try (Tokenizer tokenizer = tokenizer(vocabulary, "{" + settings + "}")) {
      for (String text : new String[] {vocabulary.equals("character") ? "1+2" : "the cat", ""}) {
        int[] plain = tokenizer.encode(text, false);
        int[] ids = tokenizer.encode(text);
        int start = before == null ? 0 : 1;
        assertThat(ids).hasSize(start + plain.length + (after == null ? 0 : 1));
        assertThat(Arrays.copyOfRange(ids, start, start + plain.length)).isEqualTo(plain);
        if (before != null) {
          assertThat(ids[0]).isEqualTo(before);
        }
        if (after != null) {
          assertThat(ids[ids.length - 1]).isEqualTo(after);
        }
      }
    }
  }

  @Test
  void specialTokensAreFoundByTheirText() throws IOException {
    try (Tokenizer tokenizer = tokenizer("byte_fallback", "{\"eos_token\": \"</s>\"}")) {
      assertThat(tokenizer.specialTokenId("</s>")).hasValue(2);
      assertThat(tokenizer.specialTokenId("<unk>")).hasValue(0);
      assertThat(tokenizer.specialTokenId("the")).isEmpty();
      assertThat(tokenizer.specialTokenId("<0x0A>")).isEmpty(); // a byte has text
    }
    Tokenizer bytes = new ByteTokenizer();
    assertThat(bytes.specialTokenId("<eos>")).hasValue(258);
    assertThat(bytes.specialTokenId("e")).isEmpty();
  }

  @Test
  void aTextMayNotContainATokenBeyondTheEmbedding() {
    Tokenizer tokenizer = new CharacterTokenizer("ab"); // 5 tokens
    LMConfig model =
        new LMConfig(
            "llama", 4, 8, 1, 2, 1, 4, 16, Set.of(2), OptionalInt.empty(), OptionalInt.empty());
    VocabularyCheck.warn(folder, model, tokenizer);
    VocabularyCheck.requireKnown(model, tokenizer, tokenizer.encode("aa<eos>"), "prompt 1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                VocabularyCheck.requireKnown(model, tokenizer, tokenizer.encode("aba"), "prompt 1"))
        .withMessage(
            "prompt 1 must contain only tokens below the model's vocab_size 4, got b (token 4);"
                + " remove it, or use the tokenizer that belongs to the model");
  }

  @Test
  void aFolderWithAnotherVocabularyFormatIsRejectedWithTheConversion() throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    Files.writeString(folder.resolve("tokenizer.model"), "");
    assertThatThrownBy(() -> AutoTokenizer.load(folder))
        .isInstanceOf(TokenizerFormatException.class)
        .hasMessageContaining("must contain tokenizer.json, got none")
        .hasMessageContaining("AutoTokenizer.from_pretrained(folder).save_pretrained(folder)");
  }
}
