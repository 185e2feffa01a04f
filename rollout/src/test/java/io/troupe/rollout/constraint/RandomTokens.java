package io.troupe.rollout.constraint;

import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws completions under a constraint: each next token is any allowed one, or often the end. */
final class RandomTokens {
  private final Tokenizer tokenizer;
  private final ConstraintCompiler compiler;
  private final int[] endTokenIds;

  /**
   * A text that was drawn.
   *
   * @param complete whether the constraint or an end token ended it
   */
  record Drawn(String text, boolean complete) {}

  RandomTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.compiler = new ConstraintCompiler(tokenizer, tokenizer.vocabSize() + 5);
    this.endTokenIds = tokenizer.eosTokenId().stream().toArray();
  }

  ConstraintCompiler compiler() {
    return compiler;
  }

  /**
   * A completion of at most so many tokens.
   *
   * @param prompt what it continues
   */
  Drawn draw(CompiledConstraint compiled, int[] prompt, int maxTokens, SplittableRandom random) {
    boolean drops = compiler.dropsFirstSpace(prompt, SpecialTokenText.HIDDEN);
    TokenConstraint constraint = compiled.start(endTokenIds, drops);
    int[] ids = new int[maxTokens];
    int length = 0;
    long[] mask = new long[compiled.numWords()];
    while (length < maxTokens && !constraint.isComplete()) {
      constraint.mask(mask);
      boolean ends = constraint.allowsEnd() && endTokenIds.length > 0 && random.nextInt(5) == 0;
      int id = ends ? endTokenIds[0] : anyOf(mask, random);
      constraint.accept(id);
      ids[length++] = id;
    }
    String text = tokenizer.decodeContinuation(prompt, Arrays.copyOf(ids, length));
    return new Drawn(text, constraint.isComplete());
  }

  private static int anyOf(long[] mask, SplittableRandom random) {
    int count = Arrays.stream(mask).mapToInt(Long::bitCount).sum();
    if (count == 0) {
      throw new AssertionError("no token is allowed");
    }
    int chosen = random.nextInt(count);
    for (int word = 0; ; word++) {
      int here = Long.bitCount(mask[word]);
      if (chosen < here) {
        long bits = mask[word];
        for (; chosen > 0; chosen--) {
          bits &= bits - 1;
        }
        return 64 * word + Long.numberOfTrailingZeros(bits);
      }
      chosen -= here;
    }
  }
}
