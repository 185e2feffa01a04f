package io.troupe.rollout.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Encodes text as token ids and decodes it. Thread-safe, except for the {@link Detokenizer}s that
 * it creates. The caller must close it.
 */
public interface Tokenizer extends AutoCloseable {
  /** The number of ids: every id is below it. */
  int vocabSize();

  /** The token that starts a text, if there is one. */
  OptionalInt bosTokenId();

  /** The token that ends a text, if there is one. */
  OptionalInt eosTokenId();

  /** The padding token, if there is one. */
  OptionalInt padTokenId();

  /**
   * The tokens of a text.
   *
   * @param addSpecialTokens whether the special tokens that the model expects around a text (such
   *     as a beginning-of-text token) are added
   * @throws IllegalArgumentException if the text has a character without a token
   */
  int[] encode(String text, boolean addSpecialTokens);

  /** The tokens of a text with the special tokens that the model expects around it. */
  default int[] encode(String text) {
    return encode(text, true);
  }

  /** The special token whose text is {@code text}, such as {@code <|im_end|>}, if there is one. */
  default OptionalInt specialTokenId(String text) {
    int[] ids;
    try {
      ids = encode(text, false);
    } catch (IllegalArgumentException _) {
      return OptionalInt.empty(); // not a text of this vocabulary
    }
    boolean isSpecial =
        ids.length == 1 && decode(ids, true).isEmpty() && decode(ids, false).equals(text);
    return isSpecial ? OptionalInt.of(ids[0]) : OptionalInt.empty();
  }

  /**
   * The text of tokens. Ids outside the vocabulary have no text, as in transformers: models often
   * have more embeddings than tokens.
   *
   * @param skipSpecialTokens whether special tokens are left out of it
   */
  String decode(int[] tokenIds, boolean skipSpecialTokens);

  /** The text of tokens, special ones left out. */
  default String decode(int[] tokenIds) {
    return decode(tokenIds, true);
  }

  /**
   * The text of tokens that continue others, special ones left out: a space between the two belongs
   * to it, which {@link #decode(int[])} of the continuation alone may drop.
   *
   * @param context what comes before
   */
  default String decodeContinuation(int[] context, int[] tokenIds) {
    return decodeContinuation(context, tokenIds, SpecialTokenText.HIDDEN);
  }

  /**
   * The text of tokens that continue others.
   *
   * @param context the tokens before them
   * @param specialTokens whether special tokens have text
   */
  default String decodeContinuation(int[] context, int[] tokenIds, SpecialTokenText specialTokens) {
    Detokenizer detokenizer = incremental(context, specialTokens);
    return detokenizer.append(tokenIds) + detokenizer.flush();
  }

  /** Decodes a stream of tokens. */
  default Detokenizer incremental() {
    return incremental(new int[0]);
  }

  /**
   * Turns a stream of tokens that continue others into text as they come.
   *
   * @param context what comes before; not changed
   */
  Detokenizer incremental(int[] context);

  /**
   * Turns a stream of tokens that continue others into text as they come. A tokenizer whose only
   * special tokens begin, end or pad a text has nothing to show and inherits this method.
   *
   * @param context the tokens before them; not changed
   * @param specialTokens whether special tokens have text
   */
  default Detokenizer incremental(int[] context, SpecialTokenText specialTokens) {
    return incremental(context);
  }

  /**
   * The bytes that each token adds to a text, for constraints on the text.
   *
   * @throws IllegalArgumentException if they depend on the tokens around it, as with WordPiece
   */
  TokenBytes tokenBytes();

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json}, which transformers loads, into
   * the folder of a model.
   *
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  void save(Path folder) throws IOException;

  /** Releases native memory; closing twice has no effect. */
  @Override
  default void close() {}
}
