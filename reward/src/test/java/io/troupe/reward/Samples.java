package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import java.util.Map;

/** Prompts and completions for tests. */
final class Samples {
  private Samples() {}

  static Prompt prompt(String... fields) {
    Map<String, String> map = new java.util.HashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      map.put(fields[i], fields[i + 1]);
    }
    return new Prompt(0, "?", new int[] {1}, map);
  }

  static Completion completion(String text) {
    return completion(text, 1);
  }

  static Completion completion(String text, int numTokens) {
    return new Completion(
        0,
        new int[numTokens],
        new float[numTokens],
        new long[numTokens],
        text,
        new FinishReason.EndOfText(0));
  }
}
