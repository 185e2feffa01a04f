package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.SharedData;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of incremental detokenizing on the vocabularies of GPT-2 and of stories260K. */
class PublishedTokenizersTest {
  private static final String TEXT =
      "Once upon a time, Lily said: «naïve café» 10 € 😀👩‍👩‍👧 日本語 русский\n\n"
          + "  two  spaces,\tend.";

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-tokenizer", "stories260K"})
  void decodingReversesEncoding(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      int[] ids = tokenizer.encode(TEXT);
      SplittableRandom random = new SplittableRandom(5);
      assertThat(tokenizer.decode(ids)).isEqualTo(TEXT);
      assertThat(Detokenizing.inPieces(tokenizer, ids, random)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-tokenizer", "stories260K"})
  void randomTokensDecodeInPiecesAsAtOnce(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      SplittableRandom random = new SplittableRandom(9);
      int[] encoded = tokenizer.encode(TEXT.repeat(2), false);
      for (int round = 0; round < 60; round++) {
        int[] ids = new int[random.nextInt(1, 90)];
        for (int i = 0; i < ids.length; i++) {
          // every other one from a text with many bytes, so that halves of characters meet
          ids[i] =
              random.nextBoolean()
                  ? encoded[random.nextInt(encoded.length)]
                  : random.nextInt(tokenizer.vocabSize() + 3);
        }
        assertThat(Detokenizing.inPieces(tokenizer, ids, random))
            .as("%s", Arrays.toString(ids))
            .isEqualTo(tokenizer.decode(ids));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-tokenizer", "stories260K"})
  void contextAndContinuationDecodeToTheWholeText(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      int[] ids = tokenizer.encode("Once upon a time there was a big dog, and it ran to the park.");
      for (int cut = 0; cut <= ids.length; cut++) {
        int[] context = Arrays.copyOf(ids, cut);
        int[] rest = Arrays.copyOfRange(ids, cut, ids.length);
        assertThat(tokenizer.decode(context) + tokenizer.decodeContinuation(context, rest))
            .isEqualTo(tokenizer.decode(ids));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"gpt2-tokenizer, <|endoftext|>, 50256", "stories260K, </s>, 2"})
  void aSpecialTokenIsFoundByItsText(String name, String text, int id) {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      assertThat(tokenizer.specialTokenId(text)).hasValue(id);
      assertThat(tokenizer.specialTokenId(" ")).isEmpty();
      assertThat(tokenizer.specialTokenId("the")).isEmpty();
      assertThat(tokenizer.specialTokenId(text + text)).isEmpty();
    }
  }
}
