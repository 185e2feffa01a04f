package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the written files with the library of Hugging Face. */
class WordLevelFilesTest {
  private static final WordLevelFiles FILES =
      new WordLevelFiles(List.of("a", ",", "red", "circle", "<start>", "<end>"));

  @TempDir Path folder;

  @Test
  void wordsAreTokensBetweenStartAndEnd() throws IOException {
    FILES.save(folder, 5);
    try (Tokenizer tokenizer = AutoTokenizer.load(folder)) {
      assertThat(tokenizer.encode("a Red circle,a circle", true))
          .containsExactly(4, 0, 2, 3, 1, 0, 3, 5);
      assertThat(tokenizer.encode("", true)).containsExactly(4, 5);
      assertThat(tokenizer.encode("a pink circle", true)).containsExactly(4, 0, 5, 3, 5);
      assertThat(tokenizer.padTokenId()).hasValue(5);
    }
  }
}
