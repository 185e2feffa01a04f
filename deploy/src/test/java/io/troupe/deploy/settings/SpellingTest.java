package io.troupe.deploy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  private static final List<String> KNOWN = List.of("--top-p", "--top-k", "--temperature");

  @Test
  void nearestIsSuggested() {
    assertThat(Spelling.suggestion("--temprature", KNOWN)).contains("--temperature?");
    assertThat(Spelling.suggestion("--top_p", KNOWN)).contains("--top-p?");
  }

  @Test
  void nothingIsSuggestedForADistantName() {
    assertThat(Spelling.suggestion("--xyz-unrelated", KNOWN)).isEmpty();
  }
}
