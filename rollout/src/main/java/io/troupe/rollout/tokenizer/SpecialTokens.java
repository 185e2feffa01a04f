package io.troupe.rollout.tokenizer;

import java.util.List;
import java.util.Set;

/**
 * The special tokens of a character or byte tokenizer. The encoder recognizes them in a text, as in
 * transformers.
 *
 * @param pad padding token, for other programs; Troupe does not pad
 * @param bos starts a text
 * @param eos ends a text
 */
public record SpecialTokens(String pad, String bos, String eos) {
  /** {@code <pad>}, {@code <bos>} and {@code <eos>}. */
  public static final SpecialTokens DEFAULT = new SpecialTokens("<pad>", "<bos>", "<eos>");

  static final int COUNT = 3;

  /** Checks that they are different and not empty. */
  public SpecialTokens {
    List<String> tokens = List.of(pad, bos, eos);
    if (tokens.contains("") || Set.copyOf(tokens).size() < COUNT) {
      throw new IllegalArgumentException(
          "special tokens must be three different texts, none empty, got " + tokens);
    }
  }

  /** In the order of their ids. */
  List<String> tokens() {
    return List.of(pad, bos, eos);
  }

  /**
   * The index of the special token at a position of a text, the longest if there are several; -1
   * for none.
   */
  int at(String text, int index) {
    int found = -1;
    int length = 0;
    for (int i = 0; i < COUNT; i++) {
      String token = tokens().get(i);
      if (token.length() > length && text.startsWith(token, index)) {
        found = i;
        length = token.length();
      }
    }
    return found;
  }
}
