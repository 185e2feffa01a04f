package io.troupe.rollout.tokenizer;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Decodes tokens in pieces. */
final class Detokenizing {
  private Detokenizing() {}

  /** Tokens one by one or several at once, as a generator decides; then the rest. */
  static String inPieces(Tokenizer tokenizer, int[] ids, SplittableRandom random) {
    Detokenizer detokenizer = tokenizer.incremental();
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < ids.length; ) {
      int to = Math.min(ids.length, from + random.nextInt(1, 4));
      text.append(
          to == from + 1
              ? detokenizer.append(ids[from])
              : detokenizer.append(Arrays.copyOfRange(ids, from, to)));
      from = to;
    }
    return text.append(detokenizer.flush()).toString();
  }
}
