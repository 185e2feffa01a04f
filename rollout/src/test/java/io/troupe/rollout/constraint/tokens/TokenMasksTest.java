package io.troupe.rollout.constraint.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.SharedData;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.schema.SchemaLanguage;
import io.troupe.rollout.constraint.text.CharacterSet;
import io.troupe.rollout.constraint.text.TextLanguages;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.ByteTokenizer;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.TokenBytes;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenMasksTest {
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");
  private static final String TEXT =
      "{\"name\": \"Zoë \\u00e9\\n\", \"list\": [1, -2.5, true, null, {\"a\":\"😀\"}]}";

  @Test
  void aMaskHasExactlyTheTokensWhoseBytesCanFollow() {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve("byte_level"))) {
      requireExact(tokenizer);
    }
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require("gpt2-tokenizer"))) {
      requireExact(tokenizer);
    }
  }

  private static void requireExact(Tokenizer tokenizer) {
    TokenBytes tokens = tokenizer.tokenBytes();
    Vocabulary vocabulary = Vocabulary.of(tokens, tokenizer.vocabSize());
    Languages languages = new Languages(20_000);
    Language state = SchemaLanguage.ofObjects(new TextLanguages(languages, vocabulary.alphabet()));
    TokenMasks masks = new TokenMasks(vocabulary, languages, tokenizer.vocabSize());
    long[] mask = new long[TokenMasks.numWords(tokenizer.vocabSize())];
    for (byte b : TEXT.getBytes(StandardCharsets.UTF_8)) {
      Arrays.fill(mask, -1); // what was there before does not matter
      masks.write(state, mask);
      requireExact(mask, state, tokens, languages);
      state = languages.next(state, b & 0xff);
    }
    assertThat(state.isEnd()).isTrue();
  }

  private static void requireExact(
      long[] mask, Language state, TokenBytes tokens, Languages languages) {
    for (int id = 0; id < tokens.vocabSize(); id++) {
      Language after = state;
      for (byte ofToken : tokens.of(id)) {
        after = languages.next(after, ofToken & 0xff);
      }
      boolean fits = tokens.length(id) > 0 && !after.isNothing();
      assertThat((mask[id >> 6] >>> id & 1) != 0).as("token %d", id).isEqualTo(fits);
    }
  }

  @Test
  void theNumberOfMasksIsLimited() {
    Languages languages = new Languages(100);
    TextLanguages text = new TextLanguages(languages, CharacterSet.ALL);
    Language language = languages.repeat(text.oneOf(CharacterSet.ALL), 0, 5000);
    Tokenizer tokenizer = new ByteTokenizer();
    int numTokens = 1 << 17;
    Vocabulary vocabulary = Vocabulary.of(tokenizer.tokenBytes(), numTokens);
    TokenMasks masks = new TokenMasks(vocabulary, languages, numTokens);
    long[] mask = new long[TokenMasks.numWords(numTokens)];
    for (int i = 0; i < 1000; i++) {
      masks.write(language, mask);
      language = masks.next(language, 'a');
      assertThat(masks.numKept()).isLessThanOrEqualTo(TokenMasks.MAX_BYTES / (8 * mask.length));
    }
  }

  @Test
  void positionsInATextOfLimitedLengthHaveExactMasks() {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve("byte_level"))) {
      TokenBytes tokens = tokenizer.tokenBytes();
      Vocabulary vocabulary = Vocabulary.of(tokens, tokenizer.vocabSize());
      Languages languages = new Languages(20_000);
      Language state =
          SchemaLanguage.of(
              "{\"items\":{\"type\":\"string\",\"minLength\":19,\"maxLength\":40}}",
              new TextLanguages(languages, vocabulary.alphabet()));
      TokenMasks masks = new TokenMasks(vocabulary, languages, tokenizer.vocabSize());
      long[] mask = new long[TokenMasks.numWords(tokenizer.vocabSize())];
      for (byte b : ("[\"" + "a é".repeat(13)).getBytes(StandardCharsets.UTF_8)) {
        state = languages.next(state, b & 0xff);
        masks.write(state, mask);
        requireExact(mask, state, tokens, languages);
      }
    }
  }

  @Test
  void aVocabularyOfCharactersHasNoOthers() {
    Vocabulary vocabulary =
        Vocabulary.of(new CharacterTokenizer("abé😀").tokenBytes(), 6); // without the last
    assertThat(vocabulary.alphabet().ranges())
        .isEqualTo(List.of(new CharacterSet.Range('a', 'b'), new CharacterSet.Range('é', 'é')));
    Vocabulary ofBytes = Vocabulary.of(new ByteTokenizer().tokenBytes(), 259);
    assertThat(ofBytes.alphabet()).isEqualTo(CharacterSet.ALL);
  }
}
