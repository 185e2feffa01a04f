package io.troupe.rollout.constraint;

import io.troupe.protocols.config.OutputConstraint;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.rollout.tokenizer.TokenBytes;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Draws completions under a constraint: each next token is any allowed one, or often the end. */
final class RandomTokens {
  private static final int MAX_TOKENS = 3000;

  private final Tokenizer tokenizer;
  private final ConstraintCompiler compiler;
  private final int[] endTokenIds;
  private final int[] closing;

  /**
   * A text that was drawn.
   *
   * @param start what the first tokens decode to
   * @param text the whole text, which continues them
   */
  record Drawn(String start, String text) {}

  RandomTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.compiler = new ConstraintCompiler(tokenizer, tokenizer.vocabSize() + 5);
    this.endTokenIds = tokenizer.eosTokenId().stream().toArray();
    TokenBytes tokens = tokenizer.tokenBytes();
    this.closing =
        "\"}]:,.;!@c"
            .chars()
            .flatMap(
                character ->
                    IntStream.range(0, tokens.vocabSize())
                        .filter(id -> tokens.length(id) == 1 && tokens.of(id)[0] == character))
            .toArray();
  }

  ConstraintCompiler compiler() {
    return compiler;
  }

  /**
   * A completion.
   *
   * @param prompt what it continues
   * @param maxRandom number of random tokens; the later ones close the text
   */
  Drawn draw(CompiledConstraint compiled, int[] prompt, int maxRandom, SplittableRandom random) {
    boolean drops = compiler.dropsFirstSpace(prompt, SpecialTokenText.HIDDEN);
    TokenConstraint constraint = compiled.start(endTokenIds, drops);
    int[] ids = new int[MAX_TOKENS];
    int length = 0;
    long[] mask = new long[compiled.numWords()];
    while (!constraint.isComplete()) {
      constraint.mask(mask);
      boolean isRandom = length < maxRandom;
      boolean ends = constraint.allowsEnd() && (!isRandom || random.nextInt(5) == 0);
      int id = ends ? endTokenIds[0] : isRandom ? anyOf(mask, random) : closing(mask, random);
      constraint.accept(id);
      if (length == MAX_TOKENS) {
        throw new AssertionError("no end: " + decode(prompt, ids));
      }
      ids[length++] = id;
    }
    return new Drawn(
        decode(prompt, Arrays.copyOf(ids, Math.min(length, maxRandom))),
        decode(prompt, Arrays.copyOf(ids, length)));
  }

  /** The text of a whole completion that begins with the given tokens. */
  String complete(OutputConstraint wanted, int[] prompt, int[] start) {
    CompiledConstraint compiled = compiler.compile(wanted, endTokenIds).orElseThrow();
    boolean drops = compiler.dropsFirstSpace(prompt, SpecialTokenText.HIDDEN);
    TokenConstraint constraint = compiled.start(endTokenIds, drops);
    int[] ids = Arrays.copyOf(start, MAX_TOKENS);
    int length = start.length;
    Arrays.stream(start).forEach(constraint::accept);
    long[] mask = new long[compiled.numWords()];
    SplittableRandom random = new SplittableRandom(1);
    while (!constraint.isComplete() && !constraint.allowsEnd()) {
      constraint.mask(mask);
      ids[length] = closing(mask, random);
      constraint.accept(ids[length++]);
    }
    return decode(prompt, Arrays.copyOf(ids, length));
  }

  private String decode(int[] prompt, int[] ids) {
    return tokenizer.decodeContinuation(prompt, ids);
  }

  private int closing(long[] mask, SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      return anyOf(mask, random);
    }
    for (int id : closing) {
      if ((mask[id >> 6] >>> id & 1) != 0) {
        return id;
      }
    }
    return anyOf(mask, random);
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
