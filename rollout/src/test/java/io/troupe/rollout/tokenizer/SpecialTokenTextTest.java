package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecialTokenTextTest {
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
       "pre_tokenizer": null, "post_processor": null, "decoder": {"type": "Fuse"},
       "added_tokens": [
         {"id": 2, "content": "<think>", "special": true, "single_word": false, "lstrip": false,
          "rstrip": false, "normalized": false},
         {"id": 3, "content": "</think>", "special": true, "single_word": false, "lstrip": false,
          "rstrip": false, "normalized": false},
         {"id": 4, "content": "</s>", "special": true, "single_word": false, "lstrip": false,
          "rstrip": false, "normalized": false}],
       "model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}, "unk_token": "a"}}
      """;

  @Test
  void tagsThatAreSpecialTokensAreVisibleAndTheEndOfTextIsNot(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"</s>\"}");
    int[] prompt = {0};
    int[] completion = {2, 0, 3, 1, 4};
    try (Tokenizer tokenizer = AutoTokenizer.load(folder)) {
      assertThat(tokenizer.decodeContinuation(prompt, completion, SpecialTokenText.VISIBLE))
          .isEqualTo("<think>a</think>b");
      assertThat(tokenizer.decodeContinuation(prompt, completion)).isEqualTo("ab");
    }
  }
}
