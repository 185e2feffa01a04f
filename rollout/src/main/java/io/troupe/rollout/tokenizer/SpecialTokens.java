package io.troupe.rollout.tokenizer;

import java.util.List;
import java.util.Set;

/**
 * The special tokens of a character or byte tokenizer, as they appear in a text. Where one appears
 * in a text that is encoded, it becomes its token, as in transformers.
 *
 * @param pad fills rows in other programs; Troupe never pads
 * @param bos starts a text
 * @param eos ends a text
 */
public record SpecialTokens(String pad, String bos, String eos) {
  /** {@code <pad>}, {@code <bos>} and {@code <eos>}. */
  public static final SpecialTokens DEFAULT = new SpecialTokens("<pad>", "<bos>", "<eos>");

  static final int COUNT = 3;

  /** Checks that they can be told apart. */
  public SpecialTokens {
    List<String> tokens = List.of(pad, bos, eos);
    if (tokens.contains("") || Set.copyOf(tokens).size() < COUNT) {
      throw new IllegalArgumentException(
          "special tokens " + tokens + ": wants three different ones, none empty");
    }
  }

  /** In the order of their ids. */
  List<String> tokens() {
    return List.of(pad, bos, eos);
  }

  /** Which special token a text has at a place, the longest if several fit; -1 for none. */
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
