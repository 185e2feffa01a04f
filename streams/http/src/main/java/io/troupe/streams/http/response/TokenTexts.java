package io.troupe.streams.http.response;

import io.troupe.rollout.tokenizer.TokenBytes;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The texts of single tokens, each computed once. Thread-safe. */
public final class TokenTexts {
  private final Tokenizer tokenizer;
  private final Optional<TokenBytes> bytes; // empty if they depend on the tokens around
  private final AtomicReferenceArray<TokenText> texts;

  /**
   * The texts of a vocabulary.
   *
   * @param vocabSize number of token ids of the model
   */
  public TokenTexts(Tokenizer tokenizer, int vocabSize) {
    this.tokenizer = tokenizer;
    this.bytes = bytes(tokenizer);
    this.texts = new AtomicReferenceArray<>(vocabSize);
  }

  /** The text of a token. */
  TokenText of(int tokenId) {
    TokenText text = texts.get(tokenId);
    if (text == null) {
      text = TokenText.of(bytes(tokenId));
      texts.set(tokenId, text);
    }
    return text;
  }

  /** The text of a token, as {@code /tokenize} shows it. */
  public String text(int tokenId) {
    return of(tokenId).text();
  }

  private byte[] bytes(int tokenId) {
    byte[] known =
        bytes
            .filter(all -> tokenId < all.vocabSize())
            .map(all -> all.of(tokenId))
            .orElse(new byte[0]);
    return known.length > 0
        ? known
        : tokenizer.decode(new int[] {tokenId}, false).getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<TokenBytes> bytes(Tokenizer tokenizer) {
    try {
      return Optional.of(tokenizer.tokenBytes());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
