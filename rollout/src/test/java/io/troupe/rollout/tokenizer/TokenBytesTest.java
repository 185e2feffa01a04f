package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.SharedData;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBytesTest {
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");

  @ParameterizedTest
  @ValueSource(strings = {"byte", "character", "byte_level", "byte_fallback", "unigram"})
  void bytesOfTokensAreTheBytesOfTheirText(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve(name))) {
      requireBytesOfText(tokenizer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-tokenizer", "stories260K"})
  void bytesOfPublishedTokensAreTheBytesOfTheirText(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      requireBytesOfText(tokenizer);
    }
  }

  private static void requireBytesOfText(Tokenizer tokenizer) {
    TokenBytes tokens = tokenizer.tokenBytes();
    int anchor = anchor(tokens);
    SplittableRandom random = new SplittableRandom(8);
    int numWithText = 0;
    for (int round = 0; round < 4000; round++) {
      int[] ids = {random.nextInt(tokens.vocabSize()), random.nextInt(tokens.vocabSize())};
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Arrays.stream(ids).forEach(id -> bytes.writeBytes(tokens.of(id)));
      String text = bytes.toString(StandardCharsets.UTF_8);
      boolean isWellFormed =
          Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes.toByteArray());
      if (isWellFormed && Arrays.stream(ids).allMatch(id -> tokens.length(id) > 0)) {
        numWithText++;
        assertThat(tokenizer.decodeContinuation(new int[] {anchor}, ids))
            .as("tokens %s", Arrays.toString(ids))
            .isEqualTo(text);
        assertThat(tokenizer.decode(ids))
            .isEqualTo(tokens.dropsFirstSpace() && text.startsWith(" ") ? text.substring(1) : text);
      }
    }
    assertThat(numWithText).isGreaterThan(200);
  }

  private static int anchor(TokenBytes tokens) {
    for (int id = tokens.vocabSize() - 1; id >= 0; id--) { // byte tokens come first
      String text = new String(tokens.of(id), StandardCharsets.UTF_8);
      if (!text.isEmpty() && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '1')) {
        return id;
      }
    }
    throw new AssertionError("no token is a letter");
  }

  @Test
  void specialTokensHaveNoBytes() {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve("byte_fallback"))) {
      TokenBytes tokens = tokenizer.tokenBytes();
      assertThat(tokens.length(1)).isZero();
      assertThat(tokens.of(3)).containsExactly(0);
      assertThat(tokens.dropsFirstSpace()).isTrue();
    }
    assertThat(new ByteTokenizer().tokenBytes().length(258)).isZero();
  }

  @Test
  void aTokenizerWhoseTokensDependOnTheirNeighborsIsRejected() {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve("word_piece"))) {
      assertThatThrownBy(tokenizer::tokenBytes)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got the decoder WordPiece");
    }
  }
}
