package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CharacterTokenizerTest {
  private final CharacterTokenizer tokenizer = new CharacterTokenizer("01+=😀");

  @Test
  void charactersFollowTheSpecialTokens() {
    assertThat(tokenizer.encode("1+0=😀")).containsExactly(1, 4, 5, 3, 6, 7);
    assertThat(tokenizer.decode(new int[] {1, 4, 5, 3, 6, 7, 2})).isEqualTo("1+0=😀");
    assertThat(tokenizer.vocabSize()).isEqualTo(8);
  }

  @Test
  void idsBeyondTheVocabularyHaveNoText() {
    assertThat(tokenizer.decode(new int[] {3, 8, 500, -1, 4})).isEqualTo("01");
  }

  @Test
  void namesTheUnknownCharacter() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encode("1+2"))
        .withMessage(
            "text must contain only characters of the tokenizer's alphabet \"01+=😀\", got"
                + " '2' at 2");
  }

  @Test
  void refusesAnAlphabetWithACharacterTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CharacterTokenizer("aba"))
        .withMessageContaining("distinct characters that are no special tokens, got 'a'");
  }

  @Test
  void isReadBackWithItsSpecialTokens(@TempDir Path folder) throws IOException {
    new CharacterTokenizer("ab", new SpecialTokens("[PAD]", "[BOS]", "[EOS]")).save(folder);

    Tokenizer read = AutoTokenizer.load(folder);

    assertThat(read).isInstanceOf(CharacterTokenizer.class);
    assertThat(read.encode("a[EOS]b")).containsExactly(1, 3, 2, 4);
  }
}
